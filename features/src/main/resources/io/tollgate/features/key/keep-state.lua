-- Keeps an entity's state beside its blobs: written in the same atomic step, and only if the state that was read to fold
-- into is still there. So of two writers one must read again, and none counts what the other has counted.
-- KEYS: the state; then as publish.lua, which follows, has them.
-- ARGV: the state's sequence when it was read, empty for none; the state; its time to live in milliseconds, 0 for ever;
-- then as publish.lua has them.
-- A state's bytes 2 to 9 (1-based) are its sequence.
-- Answers -1 when another state is there.
if redis.call('GETRANGE', KEYS[1], 1, 8) ~= ARGV[1] then
  return -1
end
if ARGV[3] == '0' then
  redis.call('SET', KEYS[1], ARGV[2])
else
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
table.remove(KEYS, 1)
for _ = 1, 3 do
  table.remove(ARGV, 1)
end
