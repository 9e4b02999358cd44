import { expect } from 'chai'
import { keptUntil } from '../../../core/circulation/hold-shelf.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { aCalendar, at, closed, neverOpen, openOn, zone } from '../builders.ts'

const shown = (...given: Parameters<typeof keptUntil>): string | null => {
  const until = keptUntil(...given)
  return until === null ? null : toIso(until)
}

describe('how long a copy is kept on the hold shelf: `pickup_days` open days, to the end of the local day (R6.5)', () => {
  const tuesday = at('2026-03-10T15:00:00+01:00')
  const table = [
    ['every day open', aCalendar(), 7, tuesday, '2026-03-17T22:59:59.000Z'],
    [
      'open on weekdays only',
      openOn(['monday', 'tuesday', 'wednesday', 'thursday', 'friday']),
      7,
      tuesday,
      '2026-03-19T22:59:59.000Z',
    ],
    [
      'closed days between',
      aCalendar({ closures: [closed('2026-03-11', '2026-03-13')] }),
      2,
      tuesday,
      '2026-03-15T22:59:59.000Z',
    ],
    [
      'across the change of the clocks',
      aCalendar(),
      7,
      at('2026-03-26T15:00:00+01:00'),
      '2026-04-02T21:59:59.000Z',
    ],
    ['no day at all: the same day', aCalendar(), 0, tuesday, '2026-03-10T22:59:59.000Z'],
    ['a branch that never opens counts every day', neverOpen(), 3, tuesday, '2026-03-13T22:59:59.000Z'],
    [
      'west of here, where it is still the day before',
      aCalendar({ zone: zone('America/Los_Angeles') }),
      1,
      at('2026-03-10T03:00:00Z'),
      '2026-03-11T06:59:59.000Z',
    ],
    ['without a limit', aCalendar(), null, tuesday, null],
  ] as const
  for (const [what, calendar, days, now, expected] of table) {
    it(what, () => expect(shown(calendar, days, now)).to.equal(expected))
  }
})
