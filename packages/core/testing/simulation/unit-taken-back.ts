import type { UnitOfWork } from '../../shared/ports/unit-of-work.js'

/** Thrown inside a unit so that the store takes it back. */
class TakenBack extends Error {}

/** Does the work as any store may before a conflict, or a disk that is full: nothing stays. Throws what the work throws. */
export async function runInVain<Stores, Result>(
  unitOfWork: UnitOfWork<Stores>,
  work: (stores: Stores) => Promise<Result>,
): Promise<void> {
  const takenBack = new TakenBack()
  try {
    await unitOfWork.run(async (stores) => {
      await work(stores)
      throw takenBack
    })
  } catch (error) {
    if (error !== takenBack) throw error
  }
}
