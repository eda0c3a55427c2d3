// `weir schema`: the published JSON Schemas, from which schemas/*.json are written.
import { PoolSettingsInput } from '../contract/settings.ts';
import { WeirFile } from '../contract/weir-file.ts';
import { nearestName } from '../service/domain/nearest.ts';
import { BadUsage, type Arguments, type Io, type Verb } from './verb.ts';

const schemas: ReadonlyMap<string, object> = new Map<string, object>([
  ['pool-settings', PoolSettingsInput],
  ['weir', WeirFile],
]);

export const schemaVerb: Verb = {
  name: 'schema',
  summary: 'prints the JSON Schema of the settings of a pool (pool-settings) or of weir.yaml (weir)',
  usage: 'NAME',
  positionals: { min: 1, max: 1 },
  options: { json: { type: 'boolean', summary: 'as without it: a schema is one JSON document' } },
  details:
    'pool-settings: one pool, as "weir replay --settings", a snapshot and the hub have it; weir: the whole file of "weir start\n--config". Editors that know JSON Schema complete and check such files by it.\n\nExample: weir schema pool-settings > pool-settings.schema.json',
  run: printSchema,
};

function printSchema(args: Arguments, io: Io): Promise<number> {
  const name = args.positionals[0] ?? '';
  const schema = schemas.get(name);
  if (schema === undefined) {
    const names = [...schemas.keys()];
    const near = nearestName(name, names);
    throw new BadUsage(
      `There is no schema "${name}".`,
      near === null ? `Write one of: ${names.join(', ')}.` : `Did you mean ${near}?`,
    );
  }
  io.out(`${schemaText(schema)}\n`);
  return Promise.resolve(0);
}

/** Draft 7, which editors read; what is no JSON (the library's symbols) falls away. */
export function schemaText(schema: object): string {
  return JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...schema }, null, 2);
}
