/**
 * How ARAT trains, drawn. The parts of the drawing are switches: a click, Space or Enter turns one on or off. A part
 * that is off is dashed and grey. Numbers of a race under way stand beside the parts that they belong to.
 */
import type { KeyboardEvent, ReactNode } from 'react';
import type { PartName, Parts } from '../../core/experiments/parts.ts';
import { blockedBecause } from './idea-state.ts';
import type { LiveNumbers } from './live-numbers.ts';
import { PART_WORDS } from './words.ts';

interface Props {
  readonly parts: Parts;
  readonly onSwitch: (part: PartName) => void;
  /** Of the race that trains now; null if none does. */
  readonly live: LiveNumbers | null;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const middle = ({ x, y, w, h }: Box) => ({ x: x + w / 2, y: y + h / 2 });

function Block({ box, lines, className = '' }: { box: Box; lines: readonly string[]; className?: string }) {
  const { x, y } = middle(box);
  return (
    <g className={`block ${className}`}>
      <rect x={box.x} y={box.y} width={box.w} height={box.h} rx={7} />
      {lines.map((line, i) => (
        <text key={line} x={x} y={y + 4.5 + 16 * (i - (lines.length - 1) / 2)} textAnchor="middle">
          {line}
        </text>
      ))}
    </g>
  );
}

const Arrow = ({ d, off = false, both = false }: { d: string; off?: boolean; both?: boolean }) => (
  <path
    d={d}
    className={off ? 'flow off' : 'flow'}
    markerEnd="url(#idea-arrow)"
    {...(both && { markerStart: 'url(#idea-arrow)' })}
  />
);

/** One part of the drawing as a switch. `hit` is the area that answers to the pointer and shows the focus. */
function Part({
  name,
  hit,
  parts,
  onSwitch,
  children,
}: Omit<Props, 'live'> & { name: PartName; hit: Box; children: ReactNode }) {
  const reason = blockedBecause(name, parts);
  const on = parts[name] && reason === null;
  const press = (event: KeyboardEvent) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    onSwitch(name);
  };
  return (
    <g
      className={on ? 'part' : 'part off'}
      role="switch"
      tabIndex={0}
      aria-checked={on}
      aria-label={PART_WORDS[name].label}
      aria-description={reason ?? PART_WORDS[name].help}
      {...(reason !== null && { 'aria-disabled': true })}
      onClick={() => onSwitch(name)}
      onKeyDown={press}
    >
      <title>{reason ?? PART_WORDS[name].help}</title>
      <rect className="hit" x={hit.x} y={hit.y} width={hit.w} height={hit.h} rx={9} />
      {children}
    </g>
  );
}

const BN = { clean: { x: 214, y: 46, w: 84, h: 44 }, adv: { x: 214, y: 206, w: 84, h: 44 } };
const ONE_BN = { x: 214, y: 46, w: 84, h: 204 };
const TERM = { x: 438, y: 122, w: 124, h: 54 };
const H = { x: 352, y: 206, w: 72, h: 44 };
const BALANCE = { x: 583, y: 118, w: 102, h: 62 };

const figure = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(2));

export function Diagram({ parts, onSwitch, live }: Props) {
  const { splitBn, stopGradient, predictor, term } = parts;
  const own = { parts, onSwitch };
  return (
    <svg
      className="idea-diagram"
      viewBox="0 0 690 296"
      role="group"
      aria-label="How ARAT trains, with its parts as switches"
    >
      <defs>
        <marker
          id="idea-arrow"
          viewBox="0 0 8 8"
          refX={7}
          refY={4}
          markerWidth={7}
          markerHeight={7}
          orient="auto-start-reverse"
        >
          <path d="M0,0.8L7.4,4L0,7.2Z" className="head" />
        </marker>
      </defs>
      <Block box={{ x: 6, y: 46, w: 66, h: 44 }} lines={['clean x']} />
      <Block box={{ x: 6, y: 206, w: 66, h: 44 }} lines={['attacked', 'x′']} />
      <Arrow d="M39,92V203" />
      <text x={47} y={152}>
        + δ
      </text>
      <Block box={{ x: 102, y: 46, w: 84, h: 204 }} lines={['network,', 'shared', 'weights']} />
      <Arrow d="M74,68H99" />
      <Arrow d="M74,228H99" />
      <Arrow d="M188,68H211" />
      <Arrow d="M188,228H211" />

      <Part name="splitBn" hit={{ x: 208, y: 38, w: 96, h: 220 }} {...own}>
        {splitBn ? (
          <>
            <Block box={BN.clean} lines={['BatchNorm', 'of x']} />
            <Block box={BN.adv} lines={['BatchNorm', 'of x′']} />
          </>
        ) : (
          <Block box={ONE_BN} lines={['one', 'BatchNorm', 'for both']} />
        )}
      </Part>

      {/* Classification. */}
      <path d="M300,60H322V26H441" className="flow" markerEnd="url(#idea-arrow)" />
      <path d="M300,236H322V272H441" className="flow" markerEnd="url(#idea-arrow)" />
      <Block box={{ x: 444, y: 8, w: 116, h: 36 }} lines={[`loss of x ${figure(live?.ceClean)}`.trim()]} />
      <Block box={{ x: 444, y: 254, w: 116, h: 36 }} lines={[`loss of x′ ${figure(live?.ceAdv)}`.trim()]} />

      {/* Features to the invariance term: z past the cut, z′ through the predictor. */}
      <Part name="stopGradient" hit={{ x: 334, y: 52, w: 92, h: 58 }} {...own}>
        {stopGradient && term ? (
          <>
            <path d="M300,76H366" className="flow" />
            <path d="M366,64V88M376,64V88" className="cut" />
            <path d="M376,76H500V119" className="flow" markerEnd="url(#idea-arrow)" />
          </>
        ) : (
          <Arrow d="M300,76H500V119" off={!term} both={term} />
        )}
        <text x={380} y={104} textAnchor="middle">
          stop-gradient
        </text>
      </Part>
      <text x={316} y={92} className="quiet">
        z
      </text>
      <text x={316} y={222} className="quiet">
        z′
      </text>
      <Arrow d="M300,228H349" off={!term} />
      <Part name="predictor" hit={{ x: 346, y: 200, w: 84, h: 56 }} {...own}>
        {!(predictor && term) && <path d="M349,228H424" className={term ? 'flow' : 'flow off'} />}
        <Block box={H} lines={['predictor']} className={predictor && term ? '' : 'hollow'} />
      </Part>
      <Arrow d="M426,228H500V179" off={!term} />

      <Part name="term" hit={{ x: 432, y: 116, w: 136, h: 66 }} {...own}>
        <Block box={TERM} lines={['invariance term', `λ (1 − cos) ${figure(live?.invariance)}`.trim()]} />
      </Part>

      <Part name="autoBalance" hit={{ x: 577, y: 112, w: 113, h: 74 }} {...own}>
        <path d="M562,26H634V115" className="flow" />
        <path d="M562,272H634V183" className="flow" />
        <Block
          box={BALANCE}
          lines={['auto-balance', live?.balance === undefined ? '1 − a : a' : `a = ${figure(live.balance)}`]}
        />
      </Part>
      {live?.cosine !== undefined && (
        <text x={502} y={200} className="quiet" textAnchor="middle">
          gradient cosine {figure(live.cosine)}
        </text>
      )}
    </svg>
  );
}
