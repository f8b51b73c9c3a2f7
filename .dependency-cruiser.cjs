/** The import rule: ui -> worker -> core; parity and cli stand above core, and nothing but the command line and tests uses parity. */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-imports-nothing-above',
      severity: 'error',
      from: { path: '^src/core' },
      to: { path: '^src/(ui|worker|snapshot|parity|offline|cli|main)' },
    },
    {
      name: 'worker-does-not-know-the-page',
      severity: 'error',
      from: { path: '^src/worker' },
      to: { path: '^src/(ui|cli|snapshot|main)' },
    },
    {
      name: 'snapshot-is-a-leaf',
      severity: 'error',
      from: { path: '^src/snapshot' },
      to: { path: '^src/(ui|worker|cli|main)' },
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
    { name: 'no-orphan-cli', severity: 'error', from: { pathNot: '^src/cli' }, to: { path: '^src/cli' } },
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
