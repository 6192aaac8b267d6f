import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../tidy/source-file.js'
import { run, tool } from './run.js'

const compilerOptions = {
  target: 'es2022',
  lib: ['es2024', 'esnext.disposable', 'dom'],
  types: ['node'],
  strict: true,
  // Also the declarations of the packages are checked, not only what uses them.
  skipLibCheck: false,
  rootDir: 'src',
  outDir: 'out',
}

/** A project of somebody else: outside the workspace, with plain npm. */
export class FreshProject {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
    mkdirSync(join(folder, 'src'), { recursive: true })
    this.#write('package.json', { name: 'consumer', version: '1.0.0', private: true, type: 'module' })
    this.#write('tsconfig.node16.json', { compilerOptions: { ...compilerOptions, module: 'node16' } })
    const bundler = { module: 'esnext', moduleResolution: 'bundler', noEmit: true }
    this.#write('tsconfig.bundler.json', { compilerOptions: { ...compilerOptions, ...bundler } })
  }

  /** Everything comes with prebuilt binaries, so that no script of a package has to run. */
  install(packages: readonly string[]): void {
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
    run('npm', ['install', ...quiet, ...packages], this.folder)
  }

  /** Takes a folder of the examples as a source of its own. */
  addExample(name: string): void {
    cpSync(join(root, 'examples/src', name), join(this.folder, 'src', name), { recursive: true })
  }

  addSource(file: string, text: string): void {
    writeFileSync(join(this.folder, 'src', file), text)
  }

  /** Type-checks every source, and compiles under `node16`. Throws with the compiler's complaints. */
  compile(resolution: 'node16' | 'bundler'): string {
    return run(tool('tsc'), ['-p', `tsconfig.${resolution}.json`], this.folder)
  }

  /** Runs a compiled source, and answers what it printed. */
  start(program: string): string {
    return run(process.execPath, [join('out', program)], this.folder)
  }

  /** Starts a program of an installed package, and answers what it printed. */
  npx(program: string, ...args: string[]): string {
    return run('npx', ['--no-install', program, ...args], this.folder)
  }

  /** Evaluates one module's text. */
  evaluate(text: string): string {
    return run(process.execPath, ['--input-type=module', '--eval', text], this.folder)
  }

  #write(file: string, content: object): void {
    writeFileSync(join(this.folder, file), JSON.stringify(content, null, 2))
  }
}
