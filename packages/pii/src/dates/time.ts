const time =
  /^(?:T|,? (?:at |a las |um |à |alle |às |om |- )?)[0-2]?\d(?::[0-5]\d(?::[0-5]\d(?:[.,]\d{1,6})?)?(?: ?[ap]\.?m\b\.?)?(?: ?Z\b| ?[+-]\d\d:?\d\d\b)?| ?[ap]\.?m\b\.?)(?!\d)/i

/** How long the time of day is that is written right after a date; 0 when there is none. */
export const timeLength = (text: string, from: number): number =>
  time.exec(text.slice(from, from + 40))?.[0].length ?? 0
