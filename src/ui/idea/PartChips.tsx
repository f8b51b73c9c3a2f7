/** The parts as a row of switches, where the page is too narrow for the drawing. */
import { PART_NAMES, type PartName, type Parts } from '../../core/experiments/parts.ts';
import { blockedBecause } from './idea-state.ts';
import { PART_WORDS } from './words.ts';

interface Props {
  readonly parts: Parts;
  readonly onSwitch: (part: PartName) => void;
}

export const PartChips = ({ parts, onSwitch }: Props) => (
  <div className="part-chips" role="group" aria-label="Parts of ARAT">
    {PART_NAMES.map((name) => {
      const reason = blockedBecause(name, parts);
      const on = parts[name] && reason === null;
      return (
        <button
          key={name}
          type="button"
          role="switch"
          aria-checked={on}
          aria-description={reason ?? PART_WORDS[name].help}
          {...(reason !== null && { 'aria-disabled': true })}
          className={on ? 'chip' : 'chip off'}
          onClick={() => onSwitch(name)}
        >
          {PART_WORDS[name].label}
        </button>
      );
    })}
  </div>
);
