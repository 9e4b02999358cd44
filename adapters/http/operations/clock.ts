/** The library's time, for training and for acceptance tests: these routes are there with CLOCK_CONTROL=on alone. */
import * as t from 'io-ts'
import { E } from '../../../core/shared/fp.ts'
import { toIso } from '../../../core/shared/local-time.ts'
import { exampled, narrowed, nullable, wrong } from '../codecs/codec.ts'
import { record } from '../codecs/record.ts'
import { moment } from '../codecs/time.ts'
import type { ClockDeps } from '../deps.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { time, view } from '../shapes.ts'
import { ok } from '../success.ts'

const [first, last] = ['1970-01-01T00:00:00.000Z', '2899-12-31T23:59:59.999Z'] as const

/** With room for what is due a hundred years later: no store and no answer can write a year of five digits. */
const libraryTime = narrowed(moment, 'library time', at =>
  toIso(at) < first || toIso(at) > last
    ? wrong('OUT_OF_RANGE', `It must lie between ${first} and ${last}`)
    : E.right(at),
)

const SetClock = exampled(
  { now: '2027-03-27T10:00:00Z' },
  record('SetClock', { now: nullable(libraryTime) }, {}),
)

const ClockView = view(
  'Clock',
  { now: time, controlled: t.boolean },
  { now: '2027-03-27T10:00:00.000Z', controlled: true },
)

export const clockRoutes = ({ setClock }: ClockDeps): readonly Route[] => [
  route({
    method: 'PUT',
    path: '/admin/clock',
    permission: 'clock:set',
    summary: "Set the library's time, from where it runs on; null gives real time again",
    body: { codec: SetClock, required: true },
    data: ClockView,
    versionless: true,
    errors: ['Conflict'],
    act: ({ act, body }) => setClock({ act, now: body.now }),
    show: ({ now, controlled }) => ok('Clock set', { now: toIso(now), controlled }),
  }),
]
