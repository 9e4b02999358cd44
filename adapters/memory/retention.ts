/** What is of no use any more is dropped. */
import type { Retention } from '../../core/operations/ports.ts'
import { TE } from '../../core/shared/fp.ts'
import type { Database } from './database.ts'

export const retention = ({ tables }: Database): Retention => ({
  doneEvents: (before, limit) =>
    TE.fromIO(() => {
      const all = [...tables.outbox.all()]
      const latest = all.reduce((sofar, { event }) => Math.max(sofar, event.occurredAt), -Infinity)
      const old = all
        .filter(({ doneAt, event }) => isBefore(doneAt, before) && event.occurredAt < latest)
        .slice(0, limit)
      for (const { id } of old) tables.outbox.drop(id)
      return old.length
    }),
  endedSessions: (before, limit) =>
    TE.fromIO(() => {
      const old = [...tables.sessions.all()]
        .filter(({ endedAt, expiresAt }) => isBefore(endedAt, before) || expiresAt < before)
        .slice(0, limit)
      const ids = new Set(old.map(({ id }) => id))
      const tokens = [...tables.refreshTokens.all()].filter(({ sessionId }) => ids.has(sessionId))
      for (const { hash } of tokens) tables.refreshTokens.drop(hash)
      for (const id of ids) tables.sessions.drop(id)
      return old.length
    }),
  accountTokens: (before, limit) =>
    TE.fromIO(() => {
      const old = [...tables.accountTokens.all()]
        .filter(({ expiresAt }) => expiresAt < before)
        .slice(0, limit)
      for (const { id } of old) tables.accountTokens.drop(id)
      return old.length
    }),
  loginFailures: (before, limit) =>
    TE.fromIO(() => {
      const accounts = [...tables.accountFailures.all()]
        .filter(({ failures }) => failures.lastAt < before)
        .slice(0, limit)
      const networks = [...tables.addressFailures.all()]
        .filter(({ failures }) => isBefore(failures.at(-1) ?? null, before))
        .slice(0, limit - accounts.length)
      const uses = [...tables.networkUses.all()]
        .filter(({ since }) => since < before)
        .slice(0, limit - accounts.length - networks.length)
      for (const { counter } of accounts) tables.accountFailures.drop(counter)
      for (const { network } of networks) tables.addressFailures.drop(network)
      for (const { counter } of uses) tables.networkUses.drop(counter)
      return accounts.length + networks.length + uses.length
    }),
  doneJobs: (before, limit) =>
    TE.fromIO(() => {
      const old = [...tables.jobs.all()].filter(({ doneAt }) => isBefore(doneAt, before)).slice(0, limit)
      for (const { id } of old) tables.jobs.drop(id)
      return old.length
    }),
})

const isBefore = (at: number | null, before: number): boolean => at !== null && at < before
