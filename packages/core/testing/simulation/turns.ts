import type { SeededRandom } from './random.js'

/** One run of a process, from its start to its crash. The calls of a dead one never return. */
export interface Life {
  readonly name: string
  readonly alive: boolean
  /** The process is gone, now: its memory, and what its store had not committed. */
  crash(why: string): void
}

/** Where calls of all processes stand in line: who goes next is drawn, so that every order of steps can come. */
export interface Turns {
  /** Resolves when it is this call's turn; never, when its process is gone. */
  wait(life: Life): Promise<void>
  readonly waiting: number
  letOneGo(random: SeededRandom): void
  /** Takes everything of a process out of the line. */
  drop(life: Life): void
}

export const never = <Result>(): Promise<Result> => new Promise<Result>(() => {})

export function turns(): Turns {
  let line: { readonly life: Life; readonly go: () => void }[] = []
  return {
    wait: (life) => (life.alive ? new Promise<void>((go) => void line.push({ life, go })) : never()),
    get waiting() {
      return line.length
    },
    letOneGo(random) {
      const [next] = line.splice(random.below(line.length), 1)
      next?.go()
    },
    drop(life) {
      line = line.filter((each) => each.life !== life)
    },
  }
}
