import { parseArgs } from 'node:util'
import { CheckoutError } from '@coursepay/core'
import { printable } from '@coursepay/core/ports'
import { migrationSql } from '../migration-sql.js'
import { sqlStore } from '../sql-store.js'

const HELP = `coursepay-sql: creates the tables of coursepay and brings them up to date.

  coursepay-sql migrate                   runs the migrations that the database lacks
  coursepay-sql print --dialect mysql     prints them as SQL, and connects to nothing; or --dialect sqlite
  coursepay-sql --help                    prints this

Options: --url ADDRESS    the database (default: DATABASE_URL): sqlite:./shop.db, mysql://user:password@host/database
         --prefix NAME    begins the name of every table
         --from STEP      print: the last migration that the database has (default: it is empty)
Exit status: 0 done, 2 the arguments or the address are invalid or the database refuses, 3 the database does not answer.`

const EXIT_STATUS = { done: 0, notUnderstood: 2, notDone: 3 } as const

type EnvironmentVariables = Readonly<Record<string, string | undefined>>
type Print = (line: string) => void

/** Its sentence is for the person who typed the arguments. */
class UsageError extends Error {}

/** Runs the program; answers its exit status. */
export async function runProgram(
  args: readonly string[],
  environment: EnvironmentVariables,
  print: Print,
): Promise<number> {
  try {
    await runCommand(args, environment, print)
    return EXIT_STATUS.done
  } catch (error) {
    if (error instanceof UsageError) {
      print(`${error.message}\n\n${HELP}`)
      return EXIT_STATUS.notUnderstood
    }
    print(CheckoutError.isInstance(error) ? `${printable(error.message)} (${error.code})` : String(error))
    return CheckoutError.isInstance(error) && error.code === 'invalid_request'
      ? EXIT_STATUS.notUnderstood
      : EXIT_STATUS.notDone
  }
}

const commandLineOptions = {
  url: { type: 'string' },
  prefix: { type: 'string', default: '' },
  dialect: { type: 'string' },
  from: { type: 'string' },
  help: { type: 'boolean' },
} as const

async function runCommand(args: readonly string[], environment: EnvironmentVariables, print: Print): Promise<void> {
  const { values, positionals } = parseArguments(args)
  const [action, ...more] = positionals
  if (values.help === true) return print(HELP)
  if (more.length > 0) throw new UsageError(`"${printable(more.join(' '))}" is one argument too many. See --help.`)
  if (action === 'migrate') return await migrateDatabase(values.url ?? environment.DATABASE_URL, values.prefix, print)
  if (action === 'print') return print((await migrationSqlFor(values)).trimEnd())
  throw new UsageError('The first argument must be "migrate" or "print".')
}

function parseArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: commandLineOptions, allowPositionals: true })
  } catch (error) {
    throw new UsageError(printable((error as Error).message))
  }
}

async function migrateDatabase(url: string | undefined, tablePrefix: string, print: Print): Promise<void> {
  if (!url) throw new UsageError('No database is named: give --url or set DATABASE_URL.')
  const store = await sqlStore({
    url,
    tablePrefix,
    onMigration: ({ name, step, of }) => print(`${name}, ${step} of ${of}`),
    onWarning: print,
  }).open()
  await store.close()
  print('The database is up to date.')
}

type MigrationSqlArguments = { readonly dialect?: string; readonly from?: string; readonly prefix: string }

function migrationSqlFor({ dialect, from, prefix }: MigrationSqlArguments): Promise<string> {
  if (dialect !== 'mysql' && dialect !== 'sqlite')
    throw new UsageError('--dialect must be mysql (MariaDB too) or sqlite.')
  return migrationSql({ dialect, tablePrefix: prefix, ...(from !== undefined && { from }) })
}
