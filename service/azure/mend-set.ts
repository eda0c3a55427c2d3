// The writes that Fix it makes: one PATCH of the model by its etag, or autoscale settings switched off. Each is sent once.
import type { ScaleSet } from '../domain/instance.ts';
import type { Mend } from '../domain/set-finding.ts';
import { CloudError } from '../problem.ts';
import { found } from './ask.ts';
import { write, type CallContext } from './plain-call.ts';

const operation = 'mendSet';

export async function mendSet(
  context: CallContext,
  scaleSet: Pick<ScaleSet, 'id' | 'etag'>,
  mend: Mend,
): Promise<void> {
  if (mend.kind === 'autoscale') {
    await switchAllOff(context, mend.settingIds);
    return;
  }
  if (scaleSet.etag === null)
    throw new CloudError('unreadable', operation, 'Azure gave no etag; without it a write could undo another.');
  // Nothing else of the model is sent: an echoed disk would make every machine outdated (azure-wire.md 3).
  const path = `${scaleSet.id}?api-version=2026-04-01`;
  await write(context, operation, 'PATCH', path, { properties: mend.properties }, { 'if-match': scaleSet.etag });
}

/** Where one fails behind another that is off already, neither all nor nothing has happened. */
async function switchAllOff(context: CallContext, ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    try {
      await switchOff(context, id);
    } catch (error) {
      if (index === 0 || !(error instanceof CloudError)) throw error;
      const words = `${index} of ${ids.length} autoscale settings are switched off, and the next one failed: ${error.message}`;
      throw new CloudError('unavailable', operation, words, { cause: error });
    }
  }
}

/** A patch of an autoscale setting names its profiles again (Microsoft.Insights 2022-10-01), so it is read just before. */
async function switchOff(context: CallContext, id: string): Promise<void> {
  const setting = await found(context, id, '2022-10-01');
  if (setting === null) return;
  const properties = { ...setting.object('properties')?.raw(), enabled: false };
  await write(context, operation, 'PATCH', `${id}?api-version=2022-10-01`, { properties });
}
