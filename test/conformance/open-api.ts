// Answers held against the vendor's own Swagger files, where they stand beside the project: the declared statuses, the schema of the body,
// and no field that the schema does not name.
import { Ajv } from 'ajv';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../sandbox/azure/cloud.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'specs', 'azure');

export const specsStand = existsSync(join(folder, 'openapi', 'vmss-2024-03-01.json'));

export function readSpec(path: string): unknown {
  return JSON.parse(readFileSync(join(folder, path), 'utf8')) as unknown;
}

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
}

interface Swagger {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly responses: Readonly<Record<string, { readonly schema?: Schema }>> }>>
    >
  >;
  readonly definitions: Readonly<Record<string, Schema>>;
}

export interface OpenApi {
  /** What is wrong with an answer; empty when it is as declared, null when no file declares the operation. */
  problems(method: string, url: string, answer: Answer): string[] | null;
}

export function openApi(files: readonly string[]): OpenApi {
  const documents = files.map((file) => readSpec(`openapi/${file}`) as Swagger);
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  for (const [at, document] of documents.entries()) ajv.addSchema(document, files[at]);
  return {
    problems: (method, url, answer) => {
      const path = /^(?:https?:\/\/[^/]+)?([^?]*)/.exec(url)?.[1] ?? '';
      for (const [at, document] of documents.entries()) {
        const template = Object.keys(document.paths).find(
          (one) => matches(one, path) && document.paths[one]?.[method.toLowerCase()],
        );
        if (template === undefined) continue;
        const responses = document.paths[template]![method.toLowerCase()]!.responses;
        const declared = responses[String(answer.status)] ?? (answer.status >= 400 ? responses.default : undefined);
        if (!declared) return [`status ${answer.status} is not declared`];
        if (!declared.schema) return answer.text === '' ? [] : ['a body where none is declared'];
        const pointer = declared.schema.$ref ?? '';
        const validate = ajv.getSchema(`${files[at]!}${pointer}`);
        if (!validate) return [`no schema at ${pointer}`];
        const body = answer.json();
        const errors = (validate(body) === true ? [] : (validate.errors ?? [])).map(
          (error) => `${error.instancePath} ${error.message ?? ''}`,
        );
        return [...errors, ...unknownFields(document, declared.schema, body, '')];
      }
      return null;
    },
  };
}

function matches(template: string, path: string): boolean {
  const pattern = template.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{[^}]*\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`, 'i').test(path);
}

function unknownFields(document: Swagger, schema: Schema, value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    const { items } = resolved(document, schema);
    return items ? value.flatMap((item, index) => unknownFields(document, items, item, `${path}/${index}`)) : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const { properties, isOpen } = shapeOf(document, schema);
  return Object.entries(value).flatMap(([key, child]) => {
    const known = properties[key];
    if (known) return unknownFields(document, known, child, `${path}/${key}`);
    return isOpen ? [] : [`${path}/${key} is not declared`];
  });
}

function shapeOf(document: Swagger, schema: Schema): { properties: Record<string, Schema>; isOpen: boolean } {
  const own = resolved(document, schema);
  const parts = (own.allOf ?? []).map((part) => shapeOf(document, part));
  const properties = Object.assign({}, ...parts.map((part) => part.properties), own.properties) as Record<
    string,
    Schema
  >;
  // A bare object, or one with additionalProperties, may hold anything: settings, tags.
  const isOpen = own.additionalProperties !== undefined || (own.properties === undefined && parts.length === 0);
  return { properties, isOpen };
}

function resolved(document: Swagger, schema: Schema): Schema {
  const name = /^#\/definitions\/(.+)$/.exec(schema.$ref ?? '')?.[1];
  return name === undefined ? schema : (document.definitions[name] ?? schema);
}
