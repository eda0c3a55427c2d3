// The store of plain data keeps the rules of every store.
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { storeContract } from './store-contract.ts';

storeContract('the store of plain data', () => Promise.resolve(createMemoryStore({ now: () => Date.now() })));
