import { run } from './process.js'

export const settings = { JWT_SECRET: 'a secret of the tests, long enough', DATABASE_URL: 'sqlite::memory:', PORT: '1' }

/** What the doctor says of these settings, and its exit code. */
export async function diagnose(environment: Readonly<Record<string, string>>) {
  const doctor = run('apps/doctor/main.js', { ...settings, ...environment })
  return { code: await doctor.ended(), said: doctor.output() }
}
