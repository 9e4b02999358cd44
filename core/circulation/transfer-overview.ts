/** A transfer as it is shown: for how long it is under way, and whether that is too long. */
import type { Instant, Zone } from '../shared/local-time.ts'
import type { TransferRecord } from './transfer-ports.ts'
import { daysUnderWay } from './transfer.ts'

export interface TransferOverview extends TransferRecord {
  /** Whole days of the calendar; the day it was sent is none. */
  readonly daysUnderWay: number
  /** For more than the `transfer_days` of the library. */
  readonly overdue: boolean
}

/** @param zone of the branch that looks at it */
export const overviewOf = (
  transfer: TransferRecord,
  zone: Zone,
  transferDays: number,
  now: Instant,
): TransferOverview => {
  const days = daysUnderWay(transfer, now, zone)
  return { ...transfer, daysUnderWay: days, overdue: days > transferDays }
}
