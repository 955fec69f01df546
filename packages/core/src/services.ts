import { Container, Token, type ContainerInstance } from 'typedi'
import { AttestryError } from './errors.js'

/** A typed name for a service. The type and the token share a name: `const AuditLog = token<AuditLog>('AuditLog')`. */
export type ServiceToken<T> = Token<T>

/** Declares a service. Names are unique: two tokens of one name are two services that cannot both be provided. */
export const token = <T>(name: string): ServiceToken<T> => new Token<T>(name)

export const tokenName = (service: ServiceToken<unknown>): string => service.name ?? 'unnamed'

/** Resolves declared services; anything else is refused by name with CORE-E010. */
export interface Services {
  /** The service. @throws CORE-E010 when undeclared, CORE-E004 when nobody provides it */
  get<T>(service: ServiceToken<T>): T
  /** The service, or undefined when nobody provides it. @throws CORE-E010 when undeclared */
  find<T>(service: ServiceToken<T>): T | undefined
}

/** How a plugin provides one service. The factory runs at most once per run, when the service is first asked for. */
export interface Provider<T = unknown> {
  readonly token: ServiceToken<T>
  /** Services that the factory may resolve. Declared, so that cycles are found before anything runs. */
  readonly requires?: readonly ServiceToken<unknown>[]
  factory(services: Services, environment: Environment): T
  /** Called once when the run ends, whatever happened, if the service was made. */
  release?(service: T): void | Promise<void>
}

/** Where a run lives. Providers put their files here and nowhere else. */
export interface Environment {
  /** The run's identifier (a ULID). */
  readonly runId: string
  /** The run's own directory. */
  readonly directory: string
  /** `.attestry`: what outlives a run (keys, register, ledger). */
  readonly workspace: string
}

/** Provides one service: a helper that keeps token and factory of one type. */
export const provide = <T>(provider: Provider<T>): Provider => provider as Provider

/** One container per run, behind which typedi does the work. */
export interface RunServices {
  /** A view that resolves only the `declared` services; `who` is named in refusals. */
  view(who: string, declared: readonly ServiceToken<unknown>[]): Services
  provides(service: ServiceToken<unknown>): boolean
  /** Releases every service made in this run, newest first, and forgets the container. */
  close(): Promise<void>
}

export function openServices(providers: readonly Provider[], environment: Environment): RunServices {
  const container: ContainerInstance = Container.of(environment.runId)
  const made: { provider: Provider; service: unknown }[] = []
  const providerOf = new Map(providers.map(provider => [provider.token, provider]))

  const resolve = <T>(service: ServiceToken<T>): T | undefined => {
    if (container.has(service)) return container.get(service)
    const provider = providerOf.get(service)
    if (!provider) return undefined
    const value = provider.factory(view(`the provider of ${tokenName(service)}`, provider.requires ?? []), environment)
    made.push({ provider, service: value })
    container.set(service, value as T)
    return value as T
  }

  const view = (who: string, declared: readonly ServiceToken<unknown>[]): Services => {
    const find = <T>(service: ServiceToken<T>): T | undefined => {
      if (declared.includes(service as ServiceToken<unknown>)) return resolve(service)
      throw new AttestryError({
        code: 'CORE-E010',
        message: `${who} asked for the service ${tokenName(service)} without declaring it`,
        help: `add ${tokenName(service)} to its 'requires'`,
      })
    }
    const get = <T>(service: ServiceToken<T>): T => {
      const found = find(service)
      if (found !== undefined) return found
      throw new AttestryError({
        code: 'CORE-E004',
        message: `no plugin provides ${tokenName(service)}, which ${who} needs`,
        help: `add a plugin that provides ${tokenName(service)}`,
      })
    }
    return { get, find }
  }

  return {
    view,
    provides: service => providerOf.has(service),
    async close() {
      const failures: unknown[] = []
      for (const { provider, service } of made.reverse())
        try {
          await provider.release?.(service)
        } catch (failure) {
          failures.push(failure)
        }
      // Without the reset typedi keeps every container for the life of the process.
      Container.reset(environment.runId)
      if (failures.length > 0) throw failures[0]
    },
  }
}
