import { importsOf, isTest, type SourceFile } from './source-file.js'

/** Who may not import what, and where it belongs instead. The first rule that fits a file and an import speaks. */
interface ImportRule {
  readonly from: RegExp
  readonly mayNot: RegExp
  readonly why: string
}

const rules: readonly ImportRule[] = [
  {
    from: /^packages\/core\/src\/container\.ts$/,
    mayNot: /^(?!packages\/core\/|inversify$)/,
    why: 'the container module imports core and inversify only',
  },
  {
    from: /^packages\/core\/src\/(?!container\.ts$)/,
    mayNot: /^(?!packages\/core\/src\/)/,
    why: 'core has no dependency and no node: import; put it behind a port and into an adapter',
  },
  {
    from: /^packages\/core\/testing\//,
    mayNot: /^(?!packages\/core\/(src|testing)\/)/,
    why: 'the testing kit has no dependency and no node: import',
  },
  {
    from: /^packages\/core\/src\/(orders|learning|shared)\//,
    mayNot: /^packages\/core\/src\/(container|create-checkout|index)/,
    why: 'a context knows nothing of composition',
  },
  {
    from: /^packages\/core\/src\/orders\//,
    mayNot: /^packages\/core\/src\/learning\//,
    why: 'orders and learning may run as two processes: they meet in the message and in shared/ alone',
  },
  {
    from: /^packages\/core\/src\/learning\//,
    mayNot: /^packages\/core\/src\/orders\//,
    why: 'orders and learning may run as two processes: they meet in the message and in shared/ alone',
  },
  {
    from: /^packages\/core\/src\/shared\//,
    mayNot: /^packages\/core\/src\/(orders|learning)\//,
    why: 'shared/ stands below both contexts',
  },
  {
    from: /^packages\/core\/src\/\w+\/domain\//,
    mayNot: /^packages\/core\/src\/\w+\/(ports|application)\/(?<!shared\/ports\/)/,
    why: 'the domain stands below ports and use cases',
  },
  {
    from: /^packages\/core\/src\/\w+\/ports\//,
    mayNot: /^packages\/core\/src\/\w+\/application\//,
    why: 'ports stand below use cases',
  },
  {
    from: /^packages\/adapter-alipay\/sandbox\//,
    mayNot: /^(@coursepay\/|packages\/adapter-alipay\/src\/)/,
    why: 'the sandbox is an independent check of the adapter: it shares no code with it',
  },
  {
    from: /^packages\/adapter-alipay\/src\//,
    mayNot: /^packages\/adapter-alipay\/sandbox\//,
    why: 'the adapter knows nothing of the sandbox',
  },
  {
    from: /^packages\/(?!core\/)/,
    mayNot: /^@coursepay\/(?!core$|core\/(?:ports|assembly|reconciliation|container)$)/,
    why: 'adapters import core only; they meet in a composition root (examples/)',
  },
  { from: /^packages\//, mayNot: /^(examples|bench|tools)\//, why: 'packages stand below examples, bench and tools' },
]

/** One line for each forbidden import, with the reason. Tests may import what they test with. */
export function forbiddenImports(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => !isTest(file))
    .flatMap((file) =>
      importsOf(file).flatMap((target) => {
        const broken = rules.find((rule) => rule.from.test(file.path) && rule.mayNot.test(target))
        return broken === undefined ? [] : [`${file.path} imports ${target}: ${broken.why}`]
      }),
    )
}
