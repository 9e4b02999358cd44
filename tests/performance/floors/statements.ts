/** The plain statements of a checkout, of a return and of a book's page. They stay as they are when the product changes. */

const openLoans = `select borrowings.*, book_copies.price, book_copies.loan_category
  from borrowings join book_copies on book_copies.id = borrowings.book_copy_id
  where borrowings.user_id = ? and borrowings.return_date is null order by borrowings.id`

const balance = `select coalesce(sum(ledger_entries.amount), 0) as balance,
    coalesce(sum(case when fines.fine_type = 'overdue' and fines.status in ('open', 'partly_paid')
      then ledger_entries.amount end), 0) as unpaid_overdue
  from ledger_entries join fines on fines.id = ledger_entries.fine_id
  where ledger_entries.user_id = ?`

const selfCheckouts = `select borrow_date from borrowings
  where user_id = ? and librarian_id is null and borrow_date > ? order by borrow_date`

const waiting = `select reservations.*, users.membership_type, users.home_branch_id
  from reservations join users on users.id = reservations.user_id
  where reservations.book_id = ? and reservations.status = 'waiting'`

const insertLoan = `insert into borrowings (id, user_id, book_copy_id, book_id, branch_id, state, borrow_date, due_date,
    overdue_from, due_zone, calendar_branch_id, terms, renewal_count, fine_amount, librarian_id, version, created_at,
    updated_at)
  values (?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, 0, 0, ?, 1, ?, ?)`

const closeLoan = `update borrowings set state = 'returned', return_date = ?, scanned_at = ?, return_branch_id = ?,
    version = version + 1, updated_at = ? where id = ? and version = ?`

const updateCopy = `update book_copies set status = ?, loan_id = ?, version = version + 1, updated_at = ?
  where id = ? and version = ?`

const updateCounts = `update books set total_copies = ?, available_copies = ?, circulating_copies = ?,
    availability_status = ? where id = ?`

const insertEvent = `insert into outbox (id, type, version, aggregate, aggregate_id, seq, occurred_at, recorded_at, due_at,
    actor_id, request_id, payload)
  values (?, ?, 1, 'loan', ?, ?, ?, ?, ?, ?, ?, ?)`

const insertAudit = `insert into audit_log (recorded_at, occurred_at, actor_id, actor_role, action, target_type, target_id,
    outcome, address, request_id, before, after)
  values (?, ?, ?, 'librarian', ?, 'borrowing', ?, 'done', ?, ?, ?, ?)`

const book = `select books.*, publishers.name as publisher_name, genres.name as genre_name
  from books left join publishers on publishers.id = books.publisher_id left join genres on genres.id = books.genre_id
  where books.id = ? and books.deleted_at is null`

const authorsOfBook = `select authors.id, authors.first_name, authors.last_name
  from book_authors join authors on authors.id = book_authors.author_id
  where book_authors.book_id = ? order by book_authors.position`

const subjectsOfBook = `select subjects.name from book_subjects join subjects on subjects.id = book_subjects.subject_id
  where book_subjects.book_id = ? order by book_subjects.position`

const copiesByBranch = `select library_branches.id, library_branches.name, count(*) as total,
    sum(case when book_copies.status = 'available' then 1 else 0 end) as available
  from book_copies join library_branches on library_branches.id = book_copies.branch_id
  where book_copies.book_id = ? and book_copies.deleted_at is null and book_copies.status <> 'withdrawn'
  group by library_branches.id, library_branches.name, library_branches.name_sort
  order by library_branches.name_sort, library_branches.id`

/** By name, with `?` for each value. Those of `locked` lock the row they read where a database locks rows. */
export const statements = {
  copyByBarcode: `select book_copies.id, book_copies.book_id, book_copies.loan_id, borrowings.user_id
    from book_copies left join borrowings on borrowings.id = book_copies.loan_id
    where book_copies.barcode = ? and book_copies.deleted_at is null`,
  memberByCard: 'select id from users where library_card_number = ?',
  lockMember: 'select * from users where id = ?',
  lockBook: 'select * from books where id = ? and deleted_at is null',
  lockCopy: 'select * from book_copies where id = ? and deleted_at is null',
  lockLoan: 'select * from borrowings where id = ?',
  openLoans,
  balance,
  selfCheckouts,
  waiting,
  rulesVersion: 'select version from rule_tables',
  branchVersion: 'select id, version from library_branches where id = ?',
  insertLoan,
  closeLoan,
  updateCopy,
  updateCounts,
  insertEvent,
  insertAudit,
  book,
  authorsOfBook,
  subjectsOfBook,
  copiesByBranch,
} as const

export type StatementName = keyof typeof statements

export const locked: ReadonlySet<StatementName> = new Set<StatementName>([
  'lockMember',
  'lockBook',
  'lockCopy',
  'lockLoan',
])
