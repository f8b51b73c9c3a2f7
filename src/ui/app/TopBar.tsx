/** The bar that stays in view: the sections, and the controls of the race. On a phone it is at the bottom. */
import { PartBoundary } from '../shared/PartBoundary.tsx';
import { usePage } from '../state/store.ts';
import { useShallow } from 'zustand/react/shallow';
import { Controls } from './Controls.tsx';
import { goTo } from './go-to.ts';
import { shownSections } from './sections.ts';

export function TopBar() {
  const sections = usePage(useShallow((page) => shownSections(page)));
  const links = [{ id: 'idea', title: 'Idea' }, ...sections];
  return (
    <div className="top-bar">
      <nav aria-label="Sections">
        {links.map(({ id, title }) => (
          <a
            key={id}
            href={`#${id}`}
            onClick={(event) => {
              event.preventDefault();
              goTo(id);
            }}
          >
            {title}
          </a>
        ))}
      </nav>
      <PartBoundary name="The controls of the race">
        <Controls />
      </PartBoundary>
    </div>
  );
}
