/** What is read off the rounds: a line for each scenario and floor, and a table of them. */
import { floorOf, goalOf } from './ratios.ts'
import type { LegName } from './legs.ts'
import { costOf } from './measured.ts'
import type { Measured } from './measured.ts'
import { median } from './median.ts'
import type { Series } from './rounds.ts'
import type { ScenarioName } from './scenarios.ts'

/** All medians over the rounds, but the errors, which are added up. */
export interface Line {
  readonly leg: LegName
  /** A scenario or a floor. */
  readonly name: string
  /** Requests a second, or acts of a floor. */
  readonly rps: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly errors: number
  readonly first_error: string | null
  /** Milliseconds of processor time a request; null where the system keeps no account, or there is no such process. */
  readonly server_cpu_ms: number | null
  readonly database_cpu_ms: number | null
  /** Milliseconds an operation, the database's included. */
  readonly cpu_ms_per_operation: number | null
  /** How often the processor time of the floor, round by round; null for a floor. */
  readonly ratio: number | null
  readonly floor: string | null
  readonly goal: number | null
  /** null: there is no goal, or no ratio. */
  readonly holds: boolean | null
}

const known = (values: readonly (number | null)[]): readonly number[] =>
  values.filter(value => value !== null)

/** More digits than that are noise. */
const rounded = (value: number): number => Number(value.toPrecision(4))

/** null where a single round does not know. */
const medianOf = (values: readonly (number | null)[]): number | null => {
  const numbers = known(values)
  return numbers.length === 0 || numbers.length < values.length ? null : rounded(median(numbers))
}

const each = ({ rounds }: Series, value: (round: Measured) => number | null): number | null =>
  medianOf(rounds.map(value))

const perRequest =
  (spent: 'serverMs' | 'databaseMs') =>
  (round: Measured): number | null => {
    const milliseconds = round[spent]
    return milliseconds === null || round.done === 0 ? null : milliseconds / round.done
  }

/** The floor ran just before, in the same round. */
const ratioOf = (series: Series, floor: Series | undefined): number | null => {
  if (floor === undefined) return null
  return medianOf(
    series.rounds.map((round, index) => {
      const beside = floor.rounds[index]
      const [above, below] = [
        costOf(round, series.requestsPerOperation),
        beside === undefined ? null : costOf(beside, floor.requestsPerOperation),
      ]
      return above === null || below === null ? null : above / below
    }),
  )
}

const isScenario = (name: string): name is ScenarioName => Object.hasOwn(floorOf, name)

export const linesOf = (leg: LegName, all: readonly Series[]): readonly Line[] =>
  all.map(series => {
    const { name, requestsPerOperation, rounds } = series
    const floor = isScenario(name) ? floorOf[name] : null
    const ratio = ratioOf(
      series,
      all.find(other => other.name === floor),
    )
    const goal = goalOf(name, leg)
    return {
      leg,
      name,
      rps: each(series, ({ done, seconds }) => done / seconds) ?? 0,
      p50: each(series, ({ p50 }) => p50) ?? 0,
      p99: each(series, ({ p99 }) => p99) ?? 0,
      errors: rounds.reduce((sum, { errors }) => sum + errors, 0),
      first_error: rounds.find(({ firstError }) => firstError !== null)?.firstError ?? null,
      server_cpu_ms: each(series, perRequest('serverMs')),
      database_cpu_ms: each(series, perRequest('databaseMs')),
      cpu_ms_per_operation: each(series, round => costOf(round, requestsPerOperation)),
      ratio,
      floor,
      goal,
      holds: goal === null || ratio === null ? null : ratio <= goal,
    }
  })
