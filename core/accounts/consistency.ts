/** What must hold of money at any moment: the ledger adds up, and whatever is stored beside it agrees with it. */
import { breach, check } from '../shared/consistency.ts'
import type { Breach, Check, Invariant } from '../shared/consistency.ts'
import { sum } from '../shared/money.ts'
import type { AccountFacts, FineFacts, LoanMoneyFacts } from './consistency-facts.ts'
import { balanceOf, chargedOf, datePaidOf, paidOf, paymentMethodOf, statusOf, waivedOf } from './fine.ts'

/** The two must be the same; details tell both. */
const disagreeing = <Value>(
  said: Value,
  counted: Value,
  [resource, id, message]: readonly [resource: string, id: number, message: string],
): readonly Breach[] => (said === counted ? [] : [breach(resource, id, message, { said, counted })])

/** What the API says of a fine: `amount` = `paid` + `waived` + `balance`. */
const addsUp: Invariant<FineFacts> = {
  name: 'fine-adds-up',
  repair: 'The entries of the ledger are the truth: correct the row of the fine by them, by hand.',
  breaches: ({ fine, stored }) =>
    disagreeing(stored?.amount ?? chargedOf(fine), sum([paidOf(fine), waivedOf(fine), balanceOf(fine)]), [
      'fine',
      fine.id,
      'What was charged is not what was paid, waived and is owed',
    ]),
}

const notBelowZero: Invariant<FineFacts> = {
  name: 'fine-not-below-zero',
  repair:
    'Give back what was paid too much (POST /fines/{id}/refund) where money came in; else correct the entries by hand.',
  breaches: ({ fine }) => {
    const [paid, waived, balance] = [paidOf(fine), waivedOf(fine), balanceOf(fine)]
    return paid >= 0 && waived >= 0 && balance >= 0
      ? []
      : [breach('fine', fine.id, 'More was taken off it than there was', { paid, waived, balance })]
  },
}

const status: Invariant<FineFacts> = {
  name: 'fine-status',
  repair: 'The entries of the ledger are the truth: correct the row of the fine by them, by hand.',
  breaches: ({ fine, stored }) =>
    stored === null
      ? []
      : disagreeing(stored.status, statusOf(fine), [
          'fine',
          fine.id,
          'Its status does not follow from its entries',
        ]),
}

const datePaid: Invariant<FineFacts> = {
  name: 'fine-date-paid',
  repair: 'The entries of the ledger are the truth: correct the row of the fine by them, by hand.',
  breaches: ({ fine, stored }) =>
    stored === null
      ? []
      : disagreeing(stored.datePaid, datePaidOf(fine), [
          'fine',
          fine.id,
          'When it was paid does not follow from its entries (milliseconds since 1970)',
        ]),
}

const paymentMethod: Invariant<FineFacts> = {
  name: 'fine-payment-method',
  repair: 'The entries of the ledger are the truth: correct the row of the fine by them, by hand.',
  breaches: ({ fine, stored }) =>
    stored === null
      ? []
      : disagreeing(stored.paymentMethod, paymentMethodOf(fine), [
          'fine',
          fine.id,
          'How it was paid does not follow from its entries',
        ]),
}

/** What a member owes is the sum of the entries under his name. */
const oneMember: Invariant<FineFacts> = {
  name: 'ledger-of-one-member',
  repair: 'Find out who paid: the entry, or the fine, is put under the right member by hand.',
  breaches: ({ fine }) =>
    fine.entries
      .filter(({ memberId }) => memberId !== fine.memberId)
      .map(({ id, memberId }) =>
        breach('fine', fine.id, 'An entry of it stands under another member', {
          ledger_entry_id: id,
          user_id: memberId,
        }),
      ),
}

export const fineInvariants: readonly Invariant<FineFacts>[] = [
  addsUp,
  notBelowZero,
  status,
  datePaid,
  paymentMethod,
  oneMember,
]

const loanCharged: Invariant<LoanMoneyFacts> = {
  name: 'loan-fine-amount',
  repair: 'The entries of the ledger are the truth: correct the row of the loan by them, by hand.',
  breaches: ({ loanId, charged, fines }) =>
    disagreeing(charged, sum(fines.filter(({ type }) => type === 'overdue').map(chargedOf)), [
      'borrowing',
      loanId,
      'What it says it has cost is not what was charged for being late',
    ]),
}

const loanPaid: Invariant<LoanMoneyFacts> = {
  name: 'loan-fine-paid',
  repair: 'The entries of the ledger are the truth: correct the row of the loan by them, by hand.',
  breaches: ({ loanId, paid, fines }) =>
    paid === null
      ? []
      : disagreeing(paid, sum(fines.map(paidOf)), [
          'borrowing',
          loanId,
          'What it says was paid is not what the ledger says',
        ]),
}

export const loanMoneyInvariants: readonly Invariant<LoanMoneyFacts>[] = [loanCharged, loanPaid]

export const accountChecks = ({ fines, loanMoney }: AccountFacts): readonly Check[] => [
  check('fines', { pages: fines, keyOf: ({ fine }) => fine.id, invariants: fineInvariants }),
  check('loan accounts', {
    pages: loanMoney,
    keyOf: ({ loanId }) => loanId,
    invariants: loanMoneyInvariants,
  }),
]
