// Loaded before the server by the soak alone: the time of day of that process, which the soak sets by a message.

let offsetMs = 0

const RealDate = Date

class SteppedDate extends RealDate {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [SteppedDate.now()] : given) as [number]))
  }

  static override now(): number {
    return RealDate.now() + offsetMs
  }
}

globalThis.Date = SteppedDate as DateConstructor

process.on('message', (message: { readonly offsetMs: number }) => {
  offsetMs = message.offsetMs
})
// The message channel keeps no process alive that wants to end.
process.channel?.unref()
