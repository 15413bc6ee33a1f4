-- Sets a key if it holds what the caller has read, so that of two who change it at once one must read again.
-- KEYS: the key. ARGV: what it held, empty for nothing; what it shall hold.
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2])
return 1
