import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** The files of Swagger UI that its page loads; no other file of the package is handed out. */
const contentTypes = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const

export type SwaggerUiFile = keyof typeof contentTypes

export const isSwaggerUiFile = (name: string): name is SwaggerUiFile => Object.hasOwn(contentTypes, name)

/** Null when the application did not install `swagger-ui-dist`: it is an optional peer, of 12 MB. */
export function findSwaggerUi(resolve: (path: string) => string = require.resolve): string | null {
  try {
    return resolve('swagger-ui-dist/package.json').replace(/package\.json$/, '')
  } catch {
    return null
  }
}

/** `folder` is where the package was found. */
export async function swaggerUiFile(folder: string, name: SwaggerUiFile): Promise<Response> {
  const headers = {
    'Content-Type': contentTypes[name],
    'Cache-Control': 'max-age=86400',
    'X-Content-Type-Options': 'nosniff',
  }
  return new Response(await readFile(folder + name), { headers })
}
