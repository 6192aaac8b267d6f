/** Express 4 beside 5, for comparison; for this example their types are the same. */
declare module 'express4' {
  export { default } from 'express'
}
