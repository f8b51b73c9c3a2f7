/** The worker's entry: the engine behind comlink. */
import { expose } from 'comlink';
import type { EngineName } from './client.ts';
import { Engine } from './engine.ts';

const { baseUrl, build } = JSON.parse(self.name) as EngineName;

expose(new Engine(baseUrl, build));
