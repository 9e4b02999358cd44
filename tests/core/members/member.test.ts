import { expect } from 'chai'
import {
  ageOfMajority,
  ageOn,
  isMinor,
  isUsername,
  membershipValidOn,
  normaliseLogin,
  register,
} from '../../../core/members/member.ts'
import { memberFits } from '../../../core/members/member-references.ts'
import { memberStatuses } from '../../../core/members/member-status.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import type { Day } from '../../../core/shared/local-time.ts'
import { aMember, at, branchId, day, memberId } from '../builders.ts'

const born = (date: string | null) => aMember({ dateOfBirth: date === null ? null : day(date) })

describe('a member', () => {
  describe('age, in whole years', () => {
    const table = [
      ['2008-03-10', '2026-03-09', 17],
      ['2008-03-10', '2026-03-10', 18],
      ['2008-02-29', '2026-02-28', 17],
      ['2008-02-29', '2026-03-01', 18],
      ['2010-02-28', '2028-02-29', 18],
      ['2010-03-01', '2028-02-29', 17],
      ['2026-03-10', '2026-03-10', 0],
      [null, '2026-03-10', null],
    ] as const
    for (const [birth, on, age] of table) {
      it(`born ${birth ?? 'unknown'}, on ${on}: ${age ?? 'unknown'}`, () => {
        expect(ageOn(born(birth), day(on))).to.equal(age)
        expect(isMinor(born(birth), day(on))).to.equal(age !== null && age < ageOfMajority)
      })
    }
  })

  describe('a membership lasts until its last day has ended', () => {
    const table = [
      [null, '2099-12-31', true],
      ['2026-03-10', '2026-03-09', true],
      ['2026-03-10', '2026-03-10', true],
      ['2026-03-10', '2026-03-11', false],
    ] as const
    for (const [expires, on, valid] of table) {
      it(`until ${expires ?? 'ever'}, on ${on}: ${valid}`, () => {
        const member = aMember({ membershipExpiresOn: expires === null ? null : day(expires) })
        expect(membershipValidOn(member, day(on))).to.equal(valid)
      })
    }
  })

  describe('user names (MEM-4)', () => {
    for (const name of ['ada', 'Ada.Lovelace', 'a_b-c.9', '123', 'a'.repeat(32), '...', '___']) {
      it(`${name} is one`, () => expect(isUsername(name)).to.be.true)
    }
    const none = [
      '',
      'ab',
      'a'.repeat(33),
      'a b c',
      'ada@',
      'äda',
      'ada\n',
      ' ada',
      'аda',
      'ada\u0000',
      '１２３',
      'a/b',
    ]
    for (const name of none) {
      it(`${JSON.stringify(name)} is none`, () => expect(isUsername(name)).to.be.false)
    }
  })

  it('logs in without regard to case, blanks around and how accents are composed', () => {
    expect(normaliseLogin(' Ada@Example.ORG ')).to.equal('ada@example.org')
    expect(normaliseLogin('zoe\u0308')).to.equal(normaliseLogin('ZO\u00CB'))
  })

  it('is pending, active, suspended or deactivated', () => {
    expect(memberStatuses).to.deep.equal(['pending', 'active', 'suspended', 'deactivated'])
  })

  it('is registered with an event that holds no personal data', () => {
    const { version: _version, ...details } = aMember({ id: memberId(7), status: 'pending' })
    const moment = at('2026-03-10T15:00:00Z')
    const { state, events } = register(details, moment)
    expect(state).to.deep.equal({ ...details, version: 0 })
    expect(events).to.deep.equal([
      {
        type: 'MemberRegistered',
        version: 1,
        aggregate: 'member',
        aggregateId: 7,
        occurredAt: moment,
        payload: { memberId: 7, status: 'pending' },
      },
    ])
  })

  describe('what must fit together (MEM-4)', () => {
    const today = day('2026-03-10')
    const memberReferences = {
      branchKnown: (branch: number) => TE.right(branch === 1),
      birthOf: (member: number) =>
        TE.right(births[member] === undefined ? null : { dateOfBirth: births[member] }),
    }
    const births: Readonly<Record<number, Day | null>> = {
      1: null,
      2: null,
      3: day('2008-03-10'),
      4: day('2008-03-11'),
    }
    const guardian = { guardianId: memberId(2) }
    const child = { dateOfBirth: day('2010-03-10') }
    const table = [
      ['nothing but what is needed', {}, null],
      ['of age', { dateOfBirth: day('1990-01-01') }, null],
      [`${ageOfMajority} today`, { dateOfBirth: day('2008-03-10') }, null],
      [`${ageOfMajority} tomorrow`, { dateOfBirth: day('2008-03-11') }, ['guardian_id', 'REQUIRED']],
      ['a minor with a guardian', { ...child, ...guardian }, null],
      ['a minor without', child, ['guardian_id', 'REQUIRED']],
      ['of age with a guardian all the same', guardian, null],
      ['born today', { dateOfBirth: today, ...guardian }, null],
      ['born tomorrow', { dateOfBirth: day('2026-03-11'), ...guardian }, ['date_of_birth', 'OUT_OF_RANGE']],
      ['his own guardian', { ...child, guardianId: memberId(1) }, ['guardian_id', 'OUT_OF_RANGE']],
      [`a guardian who is ${ageOfMajority} today`, { ...child, guardianId: memberId(3) }, null],
      ['a guardian who is a minor', { ...child, guardianId: memberId(4) }, ['guardian_id', 'OUT_OF_RANGE']],
      ['an unknown guardian', { guardianId: memberId(9) }, ['guardian_id', 'UNKNOWN_REFERENCE']],
      ['a home branch', { homeBranchId: branchId(1) }, null],
      ['an unknown home branch', { homeBranchId: branchId(9) }, ['home_branch_id', 'UNKNOWN_REFERENCE']],
    ] as const
    for (const [what, changes, fault] of table) {
      it(`${what}: ${fault === null ? 'fits' : fault.join(' ')}`, async () => {
        const answer = await memberFits({ memberReferences }, aMember(changes), memberId(1), today)()
        if (fault === null) expect(E.isRight(answer)).to.be.true
        else {
          const [field, code] = fault
          expect(answer).to.nested.include({ 'left.faults[0].field': field, 'left.faults[0].code': code })
        }
      })
    }

    it('one who is new has no id to be his own guardian with', async () => {
      const answer = await memberFits(
        { memberReferences },
        aMember({ guardianId: memberId(1) }),
        null,
        today,
      )()
      expect(E.isRight(answer)).to.be.true
    })
  })
})
