/**
 * The order of the layers. docs/ARCHITECTURE.md says what each is for. An import points down this list, or stays within its layer; tests and
 * their helpers may import what they like.
 */

/** Texts and shapes without tensors or readers: the page imports them, and so may every layer of the core. */
const WORDS =
  '^src/core/(settings/|formula/|methods/(catalogue|method-info|[^/]+/info)[.]ts$|data/(sources/|class-names[.]ts$)|nn/(architecture|model-answers|types)[.]ts$)';
const TESTS = '([.]test[.]tsx?$|/testing/)';

/** From the bottom up. Folders between the same brackets are one layer. */
const CORE = [
  ['random'],
  ['experiments'],
  ['result'],
  ['data'],
  ['backend'],
  ['nn'],
  ['attacks'],
  ['methods'],
  ['analysis'],
  ['training'],
  ['race'],
  ['judge'],
];

/** Above the core, from the bottom up; parity, cli and ui are told apart by the rules below. */
const ABOVE = ['snapshot', 'offline', 'parity', 'worker', 'cli', 'ui', 'boot', 'main'];

const folders = (names) => `^src/core/(${names.join('|')})/`;

/** Each layer of the core against all that stand above it. */
const coreOrder = CORE.slice(0, -1).map((layer, i) => ({
  name: `core-order-${layer.join('-')}`,
  comment: `${layer.join(', ')} stands below ${CORE.slice(i + 1)
    .flat()
    .join(', ')}.`,
  severity: 'error',
  from: { path: folders(layer), pathNot: `${TESTS}|${WORDS}` },
  to: { path: folders(CORE.slice(i + 1).flat()), pathNot: WORDS },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...coreOrder,
    {
      name: 'words-need-no-machinery',
      comment: 'What the page reads of settings, methods, data and networks loads no tensors and no readers.',
      severity: 'error',
      from: { path: WORDS, pathNot: TESTS },
      to: { path: '^src/core/', pathNot: `${WORDS}|^src/core/data/dataset[.]ts$` },
    },
    {
      name: 'core-imports-nothing-above',
      severity: 'error',
      from: { path: '^src/core' },
      to: { path: `^src/(${ABOVE.join('|')})` },
    },
    {
      name: 'snapshot-is-a-leaf',
      comment: 'A result in a link: it knows the settings and the result, not how they came to be.',
      severity: 'error',
      from: { path: '^src/snapshot', pathNot: TESTS },
      to: { path: '^src/(?!snapshot/|core/(settings|result|error-message))' },
    },
    {
      name: 'offline-is-a-leaf',
      comment: 'The service worker holds no other code.',
      severity: 'error',
      from: { path: '^src/offline', pathNot: TESTS },
      to: { path: '^src/(?!offline/)' },
    },
    {
      name: 'worker-does-not-know-the-page',
      severity: 'error',
      from: { path: '^src/worker' },
      to: { path: '^src/(ui|cli|snapshot|parity|boot|main)' },
    },
    {
      name: 'page-knows-no-tensors',
      comment: 'The page never loads tfjs: only the worker does.',
      severity: 'error',
      from: { path: '^src/(ui|main)' },
      to: { path: 'node_modules/@tensorflow' },
    },
    {
      name: 'only-node-files-use-node',
      severity: 'error',
      from: {
        path: '^src/(core|worker|ui|snapshot)',
        pathNot: '(\\.test\\.tsx?$|node[-.]|-node\\.ts$|/testing/)',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'parity-is-for-the-command-line',
      comment: 'Comparison with official numbers: the command line and tests use it.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(parity|cli)/' },
      to: { path: '^src/parity/' },
    },
    {
      name: 'parity-is-below-the-command-line',
      severity: 'error',
      from: { path: '^src/parity' },
      to: { path: '^src/(ui|worker|cli|snapshot|offline|boot|main)' },
    },
    { name: 'no-orphan-cli', severity: 'error', from: { pathNot: '^src/cli' }, to: { path: '^src/cli' } },
    {
      name: 'cli-is-not-the-page',
      severity: 'error',
      from: { path: '^src/cli', pathNot: TESTS },
      to: { path: '^src/(ui|worker|offline|boot|main)' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^src' },
      to: { couldNotResolve: true, pathNot: '\\?(url|worker|raw)$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
