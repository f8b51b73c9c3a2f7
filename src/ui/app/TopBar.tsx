/** The bar that stays in view: the sections, and the controls of the race. On a phone it is at the bottom. */
import { useEffect, useRef, useState, type RefObject } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { PartBoundary } from '../shared/PartBoundary.tsx';
import { usePage } from '../state/store.ts';
import { Controls } from './Controls.tsx';
import { currentSection } from './current-section.ts';
import { goTo } from './go-to.ts';
import { shownSections } from './sections.ts';

/** Keeps the bar's height, which changes with the notices in it, as `--bar-height` for the distance of jumps. */
function useBarHeight(bar: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const measure = new ResizeObserver(() =>
      document.documentElement.style.setProperty('--bar-height', `${bar.current?.offsetHeight ?? 0}px`),
    );
    if (bar.current) measure.observe(bar.current);
    return () => measure.disconnect();
  }, [bar]);
}

/** Id of the section at the top of the window. */
function useCurrent(ids: string): string {
  const [current, setCurrent] = useState('idea');
  useEffect(() => {
    let asked = 0;
    const look = () => {
      asked = 0;
      const tops = ids.split(' ').flatMap((id) => {
        const part = document.getElementById(id);
        return part ? [{ id, top: part.getBoundingClientRect().top }] : [];
      });
      setCurrent(currentSection(tops, window.innerHeight / 3) ?? 'idea');
    };
    const ask = () => (asked ||= requestAnimationFrame(look));
    ask();
    window.addEventListener('scroll', ask, { passive: true });
    window.addEventListener('resize', ask);
    return () => {
      cancelAnimationFrame(asked);
      window.removeEventListener('scroll', ask);
      window.removeEventListener('resize', ask);
    };
  }, [ids]);
  return current;
}

export function TopBar() {
  const sections = usePage(useShallow((page) => shownSections(page)));
  const links = [{ id: 'idea', title: 'Idea' }, ...sections];
  const bar = useRef<HTMLDivElement>(null);
  useBarHeight(bar);
  const current = useCurrent(links.map(({ id }) => id).join(' '));
  return (
    <div className="top-bar" ref={bar}>
      <nav aria-label="Sections">
        {links.map(({ id, title }) => (
          <a
            key={id}
            href={`#${id}`}
            aria-current={id === current ? 'location' : undefined}
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
