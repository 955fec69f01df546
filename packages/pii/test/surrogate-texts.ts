import fc from 'fast-check'

const given = fc.constantFrom('John', 'Maria', 'Ahmed', 'Anna', 'José', 'Wei')
const family = fc.constantFrom('Smith', 'García', 'Müller', 'Okafor', 'Nguyen', 'Rossi')
const digits = (count: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[1-9]\\d{${count - 1}}$`))

/** Texts with people, numbers and places, made up. */
export const generatedTexts: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.tuple(given, family).map(([a, b]) => `My name is ${a} ${b}.`),
      fc.tuple(given, family).map(([a, b]) => `Dear Mr. ${b}, I am ${a} ${b}.`),
      fc.tuple(given, digits(3)).map(([a, n]) => `Write to ${a.toLowerCase()}${n}@example.org.`),
      digits(4).map(n => `Call (310) 555-${n}.`),
      digits(7).map(n => `MRN: ${n}.`),
      fc.tuple(digits(3), family).map(([n, name]) => `I live at ${n} ${name} Street, Boston, MA 02118.`),
      fc.constantFrom('Seen on 3 May 2021.', 'Seen on 14/05/2021.', 'From 10.1.2.3.', 'Card 4111 1111 1111 1111.'),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map(parts => parts.join(' '))
