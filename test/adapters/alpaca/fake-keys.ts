/** The keys that a fake has unless it was told others, as the adapter takes them. */
import { DEFAULTS } from '../../../src/adapters/fake-broker/core/config.ts';
import { Secret } from '../../../src/base/secret.ts';

export const FAKE_KEYS = { keyId: new Secret(DEFAULTS.keyId), secret: new Secret(DEFAULTS.secret) };
