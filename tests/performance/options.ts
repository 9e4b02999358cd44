/** What `npm run bench --` may be told. */
import { Command, InvalidArgumentError } from 'commander'
import { legNames } from './legs.ts'
import type { LegName } from './legs.ts'
import { scenarioNames } from './scenarios.ts'
import type { ScenarioName } from './scenarios.ts'

export interface Options {
  readonly rounds: number
  /** Measured, of each scenario and floor in each round. */
  readonly seconds: number
  readonly titles: number
  readonly connections: number
  readonly only: readonly LegName[]
  readonly scenarios: readonly ScenarioName[]
  /** Whether the server under test hands on its outbox and runs jobs beside answering. */
  readonly jobs: 'on' | 'off'
  /** Keeps the run in this file. */
  readonly json?: string
  /** Shows this run beside the one in the file. */
  readonly compare?: string
  /** Runs nothing: shows the run in this file beside the other one. */
  readonly against?: string
}

const positive = (text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0')
  return value
}

const whole = (text: string): number => {
  const value = positive(text)
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('a whole number')
  return value
}

const someOf =
  <Word extends string>(words: readonly Word[]) =>
  (text: string): readonly Word[] => {
    const said = text.split(',')
    const chosen = words.filter(word => said.includes(word))
    if (chosen.length < said.length) throw new InvalidArgumentError(`some of ${words.join(', ')}`)
    return chosen
  }

const onOff = (text: string): 'on' | 'off' => {
  if (text !== 'on' && text !== 'off') throw new InvalidArgumentError('on or off')
  return text
}

/** @param args as they come after the program's name */
export const readOptions = (args: readonly string[]): Options => {
  const program = new Command('npm run bench --')
    .description('measures what the product costs, beside what the same work costs without it')
    .option('--rounds <number>', 'of which the medians are told', whole, 5)
    .option('--seconds <number>', 'measured of each in each round', positive, 3)
    .option('--titles <number>', 'size of the library', whole, 10_000)
    .option('--connections <number>', 'at a time', whole, 8)
    .option('--only <legs>', legNames.join(','), someOf(legNames), legNames)
    .option('--scenarios <names>', scenarioNames.join(','), someOf(scenarioNames), scenarioNames)
    .option('--jobs <on|off>', 'whether the server runs the jobs of the background as well', onOff, 'off')
    .option('--json <file>', 'keep the run')
    .option('--compare <file>', 'show the run beside one that was kept')
    .option('--against <file>', 'with --compare: run nothing, take this one')
    .parse(args, { from: 'user' })
  const options = program.opts<Options>()
  if (options.against !== undefined && options.compare === undefined)
    program.error('--against needs --compare')
  return options
}
