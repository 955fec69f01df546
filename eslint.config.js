import nx from '@nx/eslint-plugin'
import ts from 'typescript-eslint'

const decorators = ['Service', 'Inject', 'InjectMany']

export default [
  { ignores: ['**/dist', '**/node_modules', '.nx', '**/fixtures', '**/files'] },
  {
    files: ['{packages,tools}/*/src/**/*.ts'],
    languageOptions: { parser: ts.parser },
    plugins: { '@nx': nx, '@typescript-eslint': ts.plugin },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          // A test may import the built kernel at run time; that makes no source file lazy.
          checkDynamicDependenciesExceptions: ['.*'],
          depConstraints: [
            { sourceTag: 'layer:kernel', onlyDependOnLibsWithTags: ['layer:kernel'] },
            { sourceTag: 'layer:mechanism', onlyDependOnLibsWithTags: ['layer:kernel'] },
            {
              sourceTag: 'pkg:trainer',
              onlyDependOnLibsWithTags: ['layer:kernel', 'pkg:autograd', 'pkg:dp', 'pkg:data'],
            },
            {
              sourceTag: 'pkg:lm',
              onlyDependOnLibsWithTags: ['layer:kernel', 'pkg:autograd', 'pkg:trainer', 'pkg:dp'],
            },
            { sourceTag: 'pkg:tfjs', onlyDependOnLibsWithTags: ['layer:kernel', 'pkg:trainer', 'pkg:dp'] },
            { sourceTag: 'layer:regulation', onlyDependOnLibsWithTags: ['layer:kernel'] },
            {
              sourceTag: 'layer:app',
              onlyDependOnLibsWithTags: [
                'layer:kernel',
                'layer:mechanism',
                'pkg:trainer',
                'pkg:tfjs',
                'pkg:lm',
                'layer:regulation',
                'layer:app',
              ],
            },
            { sourceTag: 'layer:tool', onlyDependOnLibsWithTags: ['layer:kernel'] },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'Decorator', message: 'decorators lose their types in the build: declare tokens and factories' },
        { selector: 'TSEnumDeclaration', message: 'use a union of literals' },
      ],
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'typedi', importNames: decorators, message: 'tokens and factories only' }] },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'take a source of randomness as an argument' },
        { object: 'Date', property: 'now', message: 'take a clock as an argument' },
      ],
    },
  },
  {
    files: ['packages/!(cli)/src/**/*.ts'],
    languageOptions: { parser: ts.parser },
    rules: { 'no-console': 'error' },
  },
]
