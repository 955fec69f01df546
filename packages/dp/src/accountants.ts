import { accountantsBy, type AccountantFactory } from './accountant.js'
import { prv } from './prv.js'
import { byProofs } from './proofs.js'

/**
 * The privacy accountant: what T steps of noisy training, or several releases, cost together.
 *
 * The bound is the smallest that any method proves. Neighbouring data sets differ by one unit added or removed.
 *
 * @example
 *   const step = subsampledGaussian({ samplingProbability: 0.01, noiseMultiplier: 1.1 })
 *   accountant().compose(step, 1000).epsilon(1e-5).upper
 */
export const accountant: AccountantFactory = accountantsBy(byProofs('tightest', ['gaussian', 'pure', 'pld', 'rdp']))

/**
 * Accounting by Rényi curves alone: looser, fast, and for every event.
 *
 * @see Mironov 2017, arXiv 1702.07476
 */
export const RdpAccountant: AccountantFactory = accountantsBy(byProofs('rdp', ['rdp']))

/**
 * Accounting by the distribution of the composed privacy loss, exact where it has a closed form (Gaussian releases without
 * sampling, delta 0), else on a grid that dominates it. It refuses `repeatAndSelect` events, of which only the Rényi curve is
 * known (DP-E007).
 *
 * @see Doroshenko, Ghazi, Kamath, Kumar, Manurangsi 2022, arXiv 2207.04380
 */
export const PldAccountant: AccountantFactory = accountantsBy(byProofs('pld', ['gaussian', 'pure', 'pld']))

/**
 * Accounting by the composed privacy loss rounded to a grid, with a bound on what the rounding can add up to: between `lower`
 * and `upper` lie twice that bound, 0.01. To compare with others' figures; `accountant()` is tighter. It refuses
 * `repeatAndSelect` events (DP-E007), and at delta 0 it proves nothing.
 *
 * @see Gopi, Lee, Wutschitz 2021, arXiv 2106.02848
 */
export const PrvAccountant: AccountantFactory = accountantsBy(prv)
