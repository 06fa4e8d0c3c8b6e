/** What a test starts begins as it does for a user: without the folder in which the processes of tests keep compiled code. */
import process from 'node:process';

delete process.env['NODE_COMPILE_CACHE'];
