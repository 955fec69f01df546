import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

describe('README', () => {
  it('has samples that compile against the package', () => {
    const samples = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
      ([, code]) => code!,
    )
    expect(samples.length).toBeGreaterThan(0)
    const files = new Map(samples.map((code, i) => [join(root, 'test', `readme-sample-${i}.ts`), code]))
    const options: ts.CompilerOptions = {
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts'],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
      paths: { '@attestry/report': [join(root, 'src/index.ts')] },
    }
    const host = ts.createCompilerHost(options)
    const { getSourceFile, fileExists, readFile } = host
    host.fileExists = name => files.has(name) || fileExists(name)
    host.readFile = name => files.get(name) ?? readFile(name)
    host.getSourceFile = (name, languageVersion) =>
      files.has(name)
        ? ts.createSourceFile(name, files.get(name)!, languageVersion)
        : getSourceFile(name, languageVersion)
    const problems = ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host))
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([])
  }, 60_000)
})
