// Validators and serializers of the routes' schemas, compiled once for the process: a server that is made again (another
// life in the world, another test) has the same schemas, and compiling them takes longer than anything else it does.
import type { FastifyInstance, FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify';
import type { FastifySchema } from 'fastify';

interface Compilers {
  readonly validator: FastifySchemaCompiler<FastifySchema>;
  readonly serializer: FastifySerializerCompiler<FastifySchema>;
}

let compilers: Promise<Compilers> | null = null;

/** `bare` makes a server with the options that all of them have; its own compilers are fastify's. */
export async function shareCompilers(app: FastifyInstance, bare: () => FastifyInstance): Promise<void> {
  compilers ??= compilersOf(bare());
  const { validator, serializer } = await compilers;
  app.setValidatorCompiler(validator);
  app.setSerializerCompiler(serializer);
}

async function compilersOf(model: FastifyInstance): Promise<Compilers> {
  const anything = { type: 'object' };
  model.post('/', { schema: { body: anything, response: { 200: anything } } }, () => Promise.resolve({}));
  await model.ready();
  const { validatorCompiler, serializerCompiler } = model;
  if (validatorCompiler === undefined || serializerCompiler === undefined)
    throw new Error('A server with a schema has no compilers.');
  return {
    validator: remembered(validatorCompiler, ({ schema, httpPart }) => `${httpPart ?? ''} ${JSON.stringify(schema)}`),
    serializer: remembered(serializerCompiler, ({ schema }) => JSON.stringify(schema)),
  };
}

function remembered<Route, Compiled>(compile: (route: Route) => Compiled, keyOf: (route: Route) => string) {
  const known = new Map<string, Compiled>();
  return (route: Route): Compiled => {
    const key = keyOf(route);
    const compiled = known.get(key) ?? compile(route);
    known.set(key, compiled);
    return compiled;
  };
}
