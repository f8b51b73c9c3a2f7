/** The formulas of the Why section's measurements, as MathML. */
import { createElement } from 'react';
import { inParentheses, m, name, operator, primed, row } from '../shared/mathml.ts';

const gradient = (term: string) => m('msub', name('g'), m('mn', term));
const norm = (term: string) => row(operator('‖'), gradient(term), operator('‖'));
const squared = (of: ReturnType<typeof m>) => m('msup', of, m('mn', '2'));

/** g1 . g2 / (|g1| |g2|) */
export const GRADIENT_COSINE = m(
  'math',
  m('mfrac', row(gradient('1'), operator('·'), gradient('2')), row(norm('1'), norm('2'))),
);

/** 1 - cos(z, z') */
export const FEATURE_DISTANCE = m(
  'math',
  row(m('mn', '1'), operator('−'), name('cos'), inParentheses(row(name('z'), operator(','), primed('z')))),
);

/** mean |mu - mu'| / sqrt((sigma^2 + sigma'^2) / 2), on a line of its own */
export const BATCH_DISTANCE = createElement(
  'math',
  { display: 'block' },
  row(
    name('mean'),
    m(
      'mfrac',
      row(operator('|'), name('μ'), operator('−'), primed('μ'), operator('|')),
      m('msqrt', m('mfrac', row(squared(name('σ')), operator('+'), squared(primed('σ'))), m('mn', '2'))),
    ),
  ),
);
