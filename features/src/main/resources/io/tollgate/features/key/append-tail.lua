-- Appends a decided payment to the tail of one of its entities; the oldest entries go when it grows too long.
-- KEYS: the tail. ARGV: the entry, time to live in milliseconds, longest tail in bytes.
-- An entry is two bytes of length (big-endian), eight of id, and the event.
local tail = redis.call('GET', KEYS[1])
local limit = tonumber(ARGV[3]) - #ARGV[1]
if not tail or #tail <= limit then
  redis.call('APPEND', KEYS[1], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
else
  local from = 1
  while #tail - from + 1 > limit do
    from = from + 10 + tail:byte(from) * 256 + tail:byte(from + 1)
  end
  redis.call('SET', KEYS[1], tail:sub(from) .. ARGV[1], 'PX', ARGV[2])
end
return #ARGV[1]
