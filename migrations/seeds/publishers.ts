// Real publishers of the editions in works.ts, by name

/** A publisher as facts; country is ISO 3166-1 alpha-2. */
export interface PublisherFact {
  readonly name: string
  readonly city: string
  readonly country: string
  readonly foundedYear: number
  readonly website?: string
}

export const publishers: readonly PublisherFact[] = [
  { name: 'Ace Books', city: 'New York', country: 'US', foundedYear: 1952 },
  { name: 'Addison-Wesley', city: 'Boston', country: 'US', foundedYear: 1942 },
  { name: 'Anchor Books', city: 'New York', country: 'US', foundedYear: 1953 },
  { name: 'Ballantine Books', city: 'New York', country: 'US', foundedYear: 1952 },
  { name: 'Bantam Books', city: 'New York', country: 'US', foundedYear: 1945 },
  {
    name: 'Basic Books',
    city: 'New York',
    country: 'US',
    foundedYear: 1950,
    website: 'https://www.basicbooks.com',
  },
  {
    name: 'Beacon Press',
    city: 'Boston',
    country: 'US',
    foundedYear: 1854,
    website: 'https://www.beacon.org',
  },
  {
    name: 'Bloomsbury',
    city: 'London',
    country: 'GB',
    foundedYear: 1986,
    website: 'https://www.bloomsbury.com',
  },
  { name: 'Diogenes', city: 'Zürich', country: 'CH', foundedYear: 1952, website: 'https://www.diogenes.ch' },
  { name: 'dtv', city: 'München', country: 'DE', foundedYear: 1960, website: 'https://www.dtv.de' },
  {
    name: 'Farrar, Straus and Giroux',
    city: 'New York',
    country: 'US',
    foundedYear: 1946,
    website: 'https://us.macmillan.com/fsg',
  },
  { name: 'Gallimard', city: 'Paris', country: 'FR', foundedYear: 1911, website: 'https://www.gallimard.fr' },
  { name: 'Harcourt', city: 'New York', country: 'US', foundedYear: 1919 },
  {
    name: 'HarperCollins',
    city: 'New York',
    country: 'US',
    foundedYear: 1989,
    website: 'https://www.harpercollins.com',
  },
  { name: 'Houghton Mifflin', city: 'Boston', country: 'US', foundedYear: 1880 },
  {
    name: 'Little, Brown and Company',
    city: 'New York',
    country: 'US',
    foundedYear: 1837,
    website: 'https://www.littlebrown.com',
  },
  {
    name: 'MIT Press',
    city: 'Cambridge',
    country: 'US',
    foundedYear: 1962,
    website: 'https://mitpress.mit.edu',
  },
  {
    name: 'Oxford University Press',
    city: 'Oxford',
    country: 'GB',
    foundedYear: 1586,
    website: 'https://global.oup.com',
  },
  { name: 'Pantheon Books', city: 'New York', country: 'US', foundedYear: 1942 },
  {
    name: 'Penguin Books',
    city: 'London',
    country: 'GB',
    foundedYear: 1935,
    website: 'https://www.penguin.co.uk',
  },
  { name: 'Prentice Hall', city: 'Englewood Cliffs', country: 'US', foundedYear: 1913 },
  {
    name: 'Puffin Books',
    city: 'London',
    country: 'GB',
    foundedYear: 1940,
    website: 'https://www.puffin.co.uk',
  },
  {
    name: 'Random House',
    city: 'New York',
    country: 'US',
    foundedYear: 1927,
    website: 'https://www.penguinrandomhouse.com',
  },
  { name: 'Reclam', city: 'Ditzingen', country: 'DE', foundedYear: 1828, website: 'https://www.reclam.de' },
  {
    name: 'S. Fischer',
    city: 'Frankfurt am Main',
    country: 'DE',
    foundedYear: 1886,
    website: 'https://www.fischerverlage.de',
  },
  {
    name: 'Scholastic',
    city: 'New York',
    country: 'US',
    foundedYear: 1920,
    website: 'https://www.scholastic.com',
  },
  { name: 'Scribner', city: 'New York', country: 'US', foundedYear: 1846 },
  {
    name: 'Simon & Schuster',
    city: 'New York',
    country: 'US',
    foundedYear: 1924,
    website: 'https://www.simonandschuster.com',
  },
  { name: 'Suhrkamp', city: 'Berlin', country: 'DE', foundedYear: 1950, website: 'https://www.suhrkamp.de' },
  {
    name: 'University of Chicago Press',
    city: 'Chicago',
    country: 'US',
    foundedYear: 1890,
    website: 'https://press.uchicago.edu',
  },
  { name: 'Vintage Books', city: 'New York', country: 'US', foundedYear: 1954 },
  {
    name: 'W. W. Norton & Company',
    city: 'New York',
    country: 'US',
    foundedYear: 1923,
    website: 'https://wwnorton.com',
  },
]
