/** R6.9: storm and strike close a branch; what is due then is due after it, and is given back where the closure is undone. */
import * as t from 'io-ts'
import { pipe, TE } from '../../../core/shared/fp.ts'
import type { TaskEither } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import type { EmergencyOverview } from '../../../core/circulation/emergency-plan.ts'
import type {
  DeclareError,
  EmergencyPreview,
} from '../../../core/circulation/use-cases/declare-emergency-closure.ts'
import type { HttpDeps } from '../deps.ts'
import { listed } from '../list.ts'
import { route } from '../routes.ts'
import type { Route } from '../routes.ts'
import { created, ofVersion, ok } from '../success.ts'
import type { Answer } from '../success.ts'
import {
  emergencyList,
  emergencyMoveList,
  EmergencyMoveView,
  emergencyMoveView,
  emergencyView,
  EmergencyView,
  ListedEmergencyView,
  listedEmergencyView,
  NewEmergencyClosure,
  previewView,
} from './emergency-closure-forms.ts'

const shown =
  (message: string) =>
  (overview: EmergencyOverview): Answer =>
    ofVersion(overview.closure.version, ok(message, emergencyView(overview)))

export const emergencyClosureRoutes = ({ circulation }: Pick<HttpDeps, 'circulation'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/branches/{id}/emergency-closure',
    names: 'branch',
    permission: 'branch:write',
    summary: 'Close a branch in an emergency, and move the dates that fall into it; dry_run tells which',
    body: { codec: NewEmergencyClosure, required: true },
    data: EmergencyView,
    tries: true,
    // What was tried alone has no version.
    versionless: true,
    errors: ['Conflict'],
    act: ({ act, id: branchId, body }): TaskEither<DeclareError, EmergencyOverview | EmergencyPreview> => {
      const command = { act, branchId: id<'branch'>(branchId), details: body.details }
      return body.dryRun
        ? circulation.tryEmergencyClosure(command)
        : circulation.declareEmergencyClosure(command)
    },
    show: done =>
      'closure' in done
        ? created(
            'Emergency closure declared',
            `/api/v1/branches/${done.closure.branchId}/emergency-closure/${done.closure.id}`,
            emergencyView(done),
          )
        : ok('This would be moved', previewView(done)),
  }),
  route({
    method: 'GET',
    path: '/branches/{id}/emergency-closures',
    names: 'branch',
    permission: 'branch:write',
    summary: 'List the emergency closures of a branch, the last one first',
    query: emergencyList,
    data: t.array(ListedEmergencyView),
    handle: ({ act, id: branchId, query, address }) =>
      pipe(
        circulation.listEmergencyClosures({ act, branchId: id(branchId), page: query.page }),
        TE.map(found => listed('Emergency closures', address, query, found, listedEmergencyView)),
      ),
  }),
  route({
    method: 'GET',
    path: '/branches/{id}/emergency-closure/{closure_id}/moves',
    names: 'branch',
    part: 'emergency_closure',
    permission: 'branch:write',
    summary: 'List the dates that an emergency closure moves, each with what became of it',
    query: emergencyMoveList,
    data: t.array(EmergencyMoveView),
    handle: ({ act, id: branchId, partId, query, address }) =>
      pipe(
        circulation.listEmergencyMoves({
          act,
          branchId: id(branchId),
          closureId: id(partId),
          outcome: query.filters.outcome ?? null,
          page: query.page,
        }),
        TE.map(found => listed('Dates of the emergency closure', address, query, found, emergencyMoveView)),
      ),
  }),
  route({
    method: 'GET',
    path: '/branches/{id}/emergency-closure/{closure_id}',
    names: 'branch',
    part: 'emergency_closure',
    permission: 'branch:write',
    summary: 'Show an emergency closure, and how far its dates are moved or given back',
    data: EmergencyView,
    handle: ({ act, id: branchId, partId }) =>
      pipe(
        circulation.showEmergencyClosure({ act, branchId: id(branchId), closureId: id(partId) }),
        TE.map(shown('Emergency closure')),
      ),
  }),
  route({
    method: 'POST',
    path: '/branches/{id}/emergency-closure/{closure_id}/undo',
    names: 'branch',
    part: 'emergency_closure',
    permission: 'branch:write',
    summary: 'Take an emergency closure back, and give back the dates that nobody changed since',
    data: EmergencyView,
    status: 200,
    changes: true,
    errors: ['Conflict', 'StaleWrite'],
    act: ({ act, id: branchId, partId }) =>
      circulation.undoEmergencyClosure({ act, branchId: id(branchId), closureId: id(partId) }),
    show: shown('Emergency closure undone'),
  }),
]
