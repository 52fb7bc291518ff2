// Part of the helper process (../agent-perl.ts), in Perl. TUN devices and the relay that holds them, as flanneld does.

export const TUNNELS = String.raw`# --- TUN devices, and the relay that holds them: IP packets into UDP to the machine that has the network, and out again ---
sub tun_add {
  my ($n, $name, $index) = @_; enter($n);
  open(my $f, '+<', '/dev/net/tun') or return say_('error', $name, "/dev/net/tun: $!");
  my $number = pack('L', $index); ioctl($f, 0x400454da, $number) or return say_('error', $name, "$!");
  my $asked = pack('a16 S x22', $name, 0x1001); ioctl($f, 0x400454ca, $asked) or return say_('error', $name, "$!");
  quiet($f); $tun{"$n/$name"} = $f;
}
sub relay_on {
  my ($n, $name, $own, $ip, $port, @leases) = @_; enter($n); undef $ears;
  my $f = $tun{"$n/$name"} or return say_('error', $name, 'no such device');
  socket(my $s, AF_INET, SOCK_DGRAM, 17) or return say_('error', $name, errno());
  bind($s, address($ip, $port)) or return say_('error', $name, errno());
  quiet($s);
  my @l = map { my ($net, $length, $to) = m{^(.*)/(\d+)=(.*)$} or die "'$_' is no lease\n"; my $mask = $length ? (0xffffffff << (32 - $length)) & 0xffffffff : 0; [unpack('N', inet_aton($net)) & $mask, $mask, address($to, $port)] } @leases;
  my $r = { f => $f, s => $s, own => inet_aton($own), leases => \@l };
  $relay{fileno $f} = { %$r, from => 'device' }; $relay{fileno $s} = { %$r, from => 'socket' };
}
sub sum16 { my $sum = 0; $sum += $_ for unpack('n*', $_[0] . (length($_[0]) % 2 ? "\0" : '')); $sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16; return ~$sum & 0xffff; }
# One less to live: false when nothing is left.
sub live_on {
  my $ttl = ord(substr($_[0], 8, 1)) - 1; return 0 if $ttl <= 0;
  my $sum = unpack('n', substr($_[0], 10, 2)) + 0x100; $sum = ($sum & 0xffff) + ($sum >> 16);
  substr($_[0], 8, 1) = chr $ttl; substr($_[0], 10, 2) = pack('n', $sum); return 1;
}
sub unreachable {
  my ($r, $about) = @_;
  return if ord(substr($about, 9, 1)) == 1;
  my $icmp = pack('C C n N', 3, 0, 0, 0) . substr($about, 0, (ord($about) & 15) * 4 + 8); substr($icmp, 2, 2) = pack('n', sum16($icmp));
  my $ip = pack('C C n n n C C n a4 a4', 0x45, 0, 20 + length $icmp, 0, 0, 8, 1, 0, $r->{own}, substr($about, 12, 4)); substr($ip, 10, 2) = pack('n', sum16($ip));
  syswrite($r->{f}, $ip . $icmp);
}
sub carry {
  my ($r) = @_;
  for (1 .. 64) {
    my $p;
    if ($r->{from} eq 'device') { my $got = sysread($r->{f}, $p, 65536); last unless $got } else { last unless defined recv($r->{s}, $p, 65536, 0) }
    next unless length $p >= 20 && ord($p) >> 4 == 4;
    if ($r->{from} eq 'socket') { live_on($p) && syswrite($r->{f}, $p); next }
    my $to = unpack('N', substr($p, 16, 4)); my ($lease) = grep { ($to & $_->[1]) == $_->[0] } @{$r->{leases}};
    if (!$lease) { unreachable($r, $p); next }
    live_on($p) && send($r->{s}, $p, 0, $lease->[2]);
  }
}
# Until nothing is under way any more.
sub settle_relays { return unless %relay; for (1 .. 50) { last unless (turn(undef, 0, 0.002))[2] } }
`
