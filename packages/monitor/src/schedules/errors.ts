import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Codes of the schedules. */
export const scheduleErrors: ErrorCatalogue = {
  'MONITOR-E201': {
    title: 'a frequency cannot be read',
    explanation:
      'A frequency is hourly, daily, weekly, or five cron fields: minute, hour, day of the month, month, day of the week, in UTC. A field is *, a number, a range, either with a step, or a list of those. A frequency that names no instant within a hundred years, such as 30 February, is refused as well, because the check would never run and nobody would miss it. The message names the field. Write the frequency again.',
    example: "'0 25 * * *' fails, because hours end at 23; '0 1 * * *' runs every day at 01:00 UTC.",
  },
  'MONITOR-E202': {
    title: 'a schedule cannot be accepted',
    explanation:
      'A schedule has a name of lower-case letters, digits, dot, dash and underscore, at least one check, and the names of its channels, none of them twice. A schedule with no check would count as monitoring and look at nothing. The message names what is wrong. Mend that entry.',
    example:
      "add({ name: 'Daily!', frequency: 'daily', checks: [], channels: [] }) fails; name it 'daily' and name a check.",
  },
  'MONITOR-E203': {
    title: 'a schedule of that name exists with other content',
    explanation:
      'Adding the same schedule twice changes nothing, so that a program can add it whenever it starts. Here the name is taken and frequency, checks or channels differ. Replacing it would drop the record of the due times that it missed without anybody having asked for that. Remove the old schedule, or use another name.',
    example: "a second add of 'nightly' with frequency weekly instead of daily fails; remove 'nightly' first.",
  },
  'MONITOR-E204': {
    title: 'there is no schedule of that name',
    explanation:
      'The name was given to remove a schedule, and no schedule has it. A misspelt name that is passed over would leave the schedule in force. The list of schedules shows every name. Give one of those.',
    example: "remove('nightli') fails where the schedule is called 'nightly'.",
  },
  'MONITOR-E205': {
    title: 'the file of schedules is damaged',
    explanation:
      'The file is replaced as a whole, so a crash cannot leave a part of it. It was edited, or the disk lost data. Going on without it would forget which due times have had their run and which were missed, so nothing runs. Restore the file from a copy, or move it away and add the schedules again.',
    example: 'Cutting a line out of .attestry/monitor/schedules.json fails.',
  },
  'MONITOR-E206': {
    title: 'another process changes the monitoring state',
    explanation:
      'The state of schedules, alerts and deliveries has one writer at a time, and a change takes milliseconds. The lock file names a process that did not give it back in time. The lock of a process that has died is taken over by itself, on the same machine at once, of another machine after a minute. Wait, or stop the other process.',
    example: 'a process that was suspended with Ctrl-Z in the middle of a change holds the lock until it goes on.',
  },
  'MONITOR-E207': {
    title: 'the clock has gone back',
    explanation:
      'The clock shows an instant more than an hour before the latest one at which schedules were looked at. Due times after now may have had their run already, so that running them would run them twice, and waiting for them may take years. So nothing runs until somebody has looked. Set the clock right; when it was wrong before, remove the schedules concerned and add them again.',
    example: 'a machine that believed for a day that it was 2031 refuses once its clock is right again.',
  },
  'MONITOR-E208': {
    title: 'the run of a check was given up while it ran',
    explanation:
      'A process says every few minutes that its run still goes on. This one stood still for longer, as a suspended machine does, and another process has recorded its run as interrupted. Or the schedule was removed meanwhile. The result came too late to be recorded, because the record of a due time is not changed once it is made. The next due time has its own run.',
    example: 'a laptop closed in the middle of a check, while a server watches the same folder.',
  },
}

/** MONITOR-E201. */
export const frequencyBad = (problem: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E201',
    message: `the frequency cannot be read: ${problem}`,
    help: "write hourly, daily, weekly or five cron fields in UTC, such as '0 1 * * *'",
  })

/** MONITOR-E202. */
export const scheduleBad = (problem: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E202',
    message: `the schedule cannot be accepted: ${problem}`,
    help: 'give a name, a frequency, at least one check and the names of channels',
  })

/** MONITOR-E203. */
export const scheduleExists = (name: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E203',
    message: `a schedule '${name}' exists with other content`,
    help: `remove '${name}' first, or use another name`,
  })

/** MONITOR-E204. */
export const scheduleUnknown = (name: string, names: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E204',
    message: `there is no schedule '${name}'`,
    help: names.length === 0 ? 'no schedule has been added yet' : `the schedules are: ${names.join(', ')}`,
  })

/** MONITOR-E205. */
export const schedulesDamaged = (file: string, problem: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E205',
    message: `${file} is damaged: ${problem}`,
    where: { file },
    help: `restore ${file} from a copy`,
  })

/** MONITOR-E206. */
export const monitorLocked = (file: string, holder: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E206',
    message: `${holder} holds ${file}`,
    where: { file },
    help: 'wait for it to end; delete the lock file only when no such process runs',
  })

/** MONITOR-E207. */
export const clockWentBack = (now: string, seen: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E207',
    message: `the clock shows ${now}, and the schedules were last looked at on ${seen}`,
    help: 'set the clock right; when it was wrong before, remove the schedules and add them again',
  })

/** MONITOR-E208. */
export const claimLost = (name: string, due: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E208',
    message: `the run of '${name}' for ${due} was given up before it ended`,
    help: 'look for why the process stood still, or who removed the schedule; a due time given up is listed as missed',
  })
