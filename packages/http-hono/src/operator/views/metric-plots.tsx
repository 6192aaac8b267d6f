import { OrderStatus } from '@coursepay/core'
import type { OverviewSample } from '../samples.js'
import type { OperatorTexts } from '../texts/operator-english.js'
import { LinePlot } from './plot.js'

const MAX_VERDICTS = 4
const totalCountOf = (counts: Readonly<Partial<Record<string, number>>>) =>
  Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0)

/** The latest figures as three plots: orders, messages, notifications. */
export function MetricPlots({
  samples,
  texts,
}: {
  readonly samples: readonly OverviewSample[]
  readonly texts: OperatorTexts
}) {
  const times = samples.map(({ at }) => at)
  const series = (name: string, pick: (sample: OverviewSample) => number) => ({ name, values: samples.map(pick) })
  const { orders, outbox, notifications } = texts.plots
  const verdicts = [...new Set(samples.flatMap((sample) => Object.keys(sample.verdicts)))].slice(0, MAX_VERDICTS)
  return (
    <section id="numbers" aria-labelledby="numbers-title">
      <h2 id="numbers-title">{texts.numbers}</h2>
      <div class="plots">
        <LinePlot
          title={orders.title}
          times={times}
          texts={texts}
          series={[
            series(orders.all, ({ counts }) => totalCountOf(counts.orders)),
            series(orders.paid, ({ counts }) => counts.orders[OrderStatus.paid] ?? 0),
          ]}
        />
        <LinePlot
          title={outbox.title}
          times={times}
          texts={texts}
          series={[
            series(outbox.waiting, (sample) => sample.outbox.waiting),
            series(outbox.dead, (sample) => sample.outbox.dead),
            series(outbox.lag, (sample) => Math.round(sample.outbox.oldestMs / 1_000)),
          ]}
        />
        <LinePlot
          title={notifications.title}
          times={times}
          texts={texts}
          series={
            verdicts.length === 0
              ? [series(notifications.none, () => 0)]
              : verdicts.map((code) => series(texts.results[code] ?? code, (sample) => sample.verdicts[code] ?? 0))
          }
        />
      </div>
    </section>
  )
}
