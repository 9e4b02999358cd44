/** Whom a copy is set aside for that staff send to a branch by hand (circulation R6.2, R6.4; ADR 24). */
import type { BranchId } from '../shared/id.ts'
import type { Copy } from './copy.ts'
import { mostServed } from './hold-matching.ts'
import { earlier } from './hold-queue.ts'
import type { Waiting } from './hold-queue.ts'
import type { FillingRules } from './hold-rules.ts'

/**
 * The first of those who fetch it there and may have it, where nobody who is ahead of him loses by it: what is free besides serves as many
 * of them as it would with this copy. What is damaged is for nobody (R3.3).
 * @param copies of the title, the copy itself or not
 * @returns null when it is sent for nobody
 */
export const sentFor = (
  queue: readonly Waiting[],
  copies: readonly Copy[],
  copy: Copy,
  to: BranchId,
  rules: FillingRules,
): Waiting | null => {
  if (copy.condition === 'damaged') return null
  const fills = (one: Copy, waiting: Waiting): boolean => rules(one, waiting).lendable
  const inOrder = [...queue].sort((a, b) => earlier(a.reservation, b.reservation))
  const first = inOrder.find(waiting => waiting.reservation.branchId === to && fills(copy, waiting))
  if (first === undefined) return null
  const ahead = inOrder.slice(0, inOrder.indexOf(first))
  const besides = copies.filter(
    ({ id, status, condition }) => id !== copy.id && status === 'available' && condition !== 'damaged',
  )
  return mostServed(ahead, [...besides, copy], fills) > mostServed(ahead, besides, fills) ? null : first
}
