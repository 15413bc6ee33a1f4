-- Writes the blobs of one entity unless a newer one is there.
-- KEYS: the entity's keys. ARGV: blob and time to live in milliseconds, for each key in turn.
-- A blob's bytes 6 to 13 (1-based) are its publisher's sequence, big-endian and unsigned. Bytes are compared one by one:
-- Lua's numbers lose precision past 2^53, and its string comparison follows the server's locale.
-- Answers how many keys were written.
local written = 0
for i = 1, #KEYS do
  local blob = ARGV[2 * i - 1]
  local old = redis.pcall('GETRANGE', KEYS[i], 5, 12)
  local newer = true
  if type(old) == 'string' and #old == 8 then
    for b = 1, 8 do
      local was, is = old:byte(b), blob:byte(5 + b)
      if was ~= is then
        newer = was < is
        break
      end
    end
  end
  if newer then
    redis.call('SET', KEYS[i], blob, 'PX', ARGV[2 * i])
    written = written + 1
  end
end
return written
