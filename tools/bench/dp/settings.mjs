/** Training runs from the least to the most that people do: sampling probability, noise multiplier, steps, delta. */
export const settings = [
  [0.04, 1.5, 2250, 1e-5],
  [0.00426, 0.7, 10_530, 1e-5],
  [0.01, 4, 10_000, 1e-5],
  [0.0152, 1.2, 1315, 7.4e-6],
  [0.0256, 1.1, 390, 5e-5],
  [0.001, 0.8, 20_000, 1e-6],
  [0.05, 2, 20_000, 1e-6],
  [0.2, 3, 100, 1e-6],
  [0.0001, 0.5, 1000, 1e-6],
  [0.01, 1.1, 10, 1e-6],
  [0.5, 20, 10_000, 1e-6],
  [0.002, 0.8, 5000, 1e-7],
]
