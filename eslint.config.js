import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const NO_BARRELS = {
  selector: 'ExportAllDeclaration',
  message: 'No barrels: import from the file that holds the thing.',
};

const ONE_ERROR_MESSAGE = {
  selector:
    'ConditionalExpression[test.operator="instanceof"][test.right.name="Error"] MemberExpression[property.name="message"]',
  message: 'Use errorMessage (src/core/error-message.ts): it is never empty and knows what has no message.',
};

export default tseslint.config(
  {
    ignores: [
      'dist',
      'node_modules',
      'coverage',
      'test-results',
      'playwright-report',
      'public',
      '.dependency-cruiser.cjs',
    ],
  },
  ...tseslint.configs.recommended,
  {
    rules: {
      eqeqeq: ['error', 'smart'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-syntax': ['error', NO_BARRELS, ONE_ERROR_MESSAGE],
      'no-restricted-properties': [
        'error',
        {
          object: 'crypto',
          property: 'randomUUID',
          message: 'It is missing on plain http: use newId (src/ui/shared/new-id.ts).',
        },
      ],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Prettier wraps code, not comments. A longer file holds more than one idea.
    rules: {
      'max-len': ['error', { code: 1000, comments: 120, ignoreUrls: true, ignoreTrailingComments: true }],
      'max-lines': ['error', { max: 400 }],
    },
  },
  {
    files: [
      'src/cli/**/*.ts',
      'src/parity/**/*.ts',
      'src/core/**/node-*.ts',
      'scripts/**/*.ts',
      'bench/**/*.ts',
    ],
    // bundle.ts fills a new folder, which nobody reads before it is whole.
    ignores: ['**/*.test.ts', 'src/core/node-files.ts', 'bench/bundle.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['node:fs', 'node:fs/promises'].map((name) => ({
            name,
            importNames: ['writeFile', 'writeFileSync', 'createWriteStream', 'appendFile', 'appendFileSync'],
            message: 'Killed half-way, it leaves half a file: use writeWhole of src/core/node-files.ts.',
          })),
        },
      ],
    },
  },
  {
    files: ['src/ui/**/*.tsx'],
    ignores: ['src/ui/shared/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@mantine/core',
              importNames: ['NumberInput', 'FileButton', 'FileInput'],
              message:
                'Use NumberField and FileChoice (src/ui/shared): they show what is used, and take a file twice.',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        NO_BARRELS,
        ONE_ERROR_MESSAGE,
        {
          selector:
            'JSXOpeningElement[name.name!="Tooltip"] > JSXAttribute[name.name=/^(disabled|loading)$/]',
          message:
            'Such a control loses the focus and does not say why: use disabledBecause or busyBecause (src/ui/shared/controls.tsx).',
        },
      ],
    },
  },
  { files: ['src/**/*.tsx', 'src/ui/**/*.ts'], ...reactHooks.configs.flat['recommended-latest'] },
);
