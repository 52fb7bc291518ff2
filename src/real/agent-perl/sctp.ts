// Part of the helper process (../agent-perl.ts), in Perl. SCTP where the kernel has no sockets for it.

export const SCTP = String.raw`# --- SCTP where the kernel has no sockets for it: its first two chunks, by hand ---
my @crc;
for my $i (0 .. 255) { my $c = $i; $c = $c & 1 ? ($c >> 1) ^ 0x82f63b78 : $c >> 1 for 1 .. 8; $crc[$i] = $c }
sub sctp_packet {
  my ($from, $to, $tag, $chunk) = @_;
  my $packet = pack('n n N V', $from, $to, $tag, 0) . pack('C C n N N n n N', $chunk, 0, 20, 0x686f7073, 65536, 1, 1, 1);
  my $crc = 0xffffffff; $crc = $crc[($crc ^ $_) & 255] ^ ($crc >> 8) for unpack('C*', $packet);
  substr($packet, 8, 4) = pack('V', $crc ^ 0xffffffff); return $packet;
}
sub sctp_on {
  my ($n, $family, $port) = @_;
  if (!$sctp{"$n $family"}) {
    socket(my $s, $family, SOCK_RAW, 132) or return say_('error', "sctp $port", errno());
    if ($family == AF_INET6) { setsockopt($s, 41, 49, 1) } else { setsockopt($s, 0, 8, 1) }
    quiet($s); $sctp{"$n $family"} = $raw{fileno $s} = { s => $s, n => $n, six => $family == AF_INET6, ports => {} };
  }
  $sctp{"$n $family"}{ports}{$port} = 1;
}
# What a raw socket heard: addresses, ports, tag and chunk.
sub sctp_heard {
  my ($six, @m) = @_;
  my $data = $six ? $m[1] : substr($m[1], (ord($m[1]) & 15) * 4); return unless length $data >= 20;
  my ($i) = grep { $_->[0] == 41 && $_->[1] == 50 } @m[2 .. $#m];
  my $own = $six ? inet_ntop(AF_INET6, substr($i ? $i->[2] : "\0" x 16, 0, 16)) : inet_ntop(AF_INET, substr($m[1], 16, 4));
  return ((ends($m[0]))[0], $own, unpack('n n x8 C x3 N', $data));
}
sub sctp_serve {
  my ($r) = @_;
  while (my @m = receive_message($r->{s}, 0x40)) {
    my ($peer, $own, $from, $to, $chunk, $tag) = sctp_heard($r->{six}, @m); next unless defined $chunk && $chunk == 1 && $r->{ports}{$to};
    push @received, [$r->{n}, 'sctp', $own, $to, $peer, $from];
    my $answer = sctp_packet($to, $from, $tag, 2);
    my $sent = $r->{six} ? send_from($r->{s}, address($peer, 0), $answer, 41, 50, inet_pton(AF_INET6, $own) . pack('L', 0)) : send_from($r->{s}, address($peer, 0), $answer, 0, 8, pack('l', 0) . inet_aton($own) . "\0\0\0\0");
    say_('serverError', $r->{n}, errno()) if $sent < 0;
  }
}
`
