// Part of the helper process (../agent-perl.ts), in Perl. Sockets that listen, and raw ones that see echo requests.

export const LISTENERS = String.raw`# --- listeners ---
sub listen_on {
  my ($n, $protocol, $port, $ip, $answer) = @_;
  enter($n); undef $ears;
  for my $at ($ip ne '' ? ($ip) : ('0.0.0.0', -e '/proc/self/net/if_inet6' ? ('::') : ())) {
    my $family = six($at) ? AF_INET6 : AF_INET;
    socket(my $s, $family, $protocol eq 'udp' ? SOCK_DGRAM : SOCK_STREAM, $NUMBER{$protocol}) or do { if ($protocol eq 'sctp' && $!{EPROTONOSUPPORT}) { sctp_on($n, $family, $port); next } next if six($at) && $ip eq ''; return say_('error', "$protocol $port", errno()) };
    setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
    if ($family == AF_INET6) { setsockopt($s, 41, 26, 1); setsockopt($s, 41, 49, 1) } else { setsockopt($s, 0, 8, 1) }
    bind($s, address($at, $port)) or do { next if six($at) && $ip eq ''; return say_('error', "$protocol $port", errno()) };
    if ($protocol ne 'udp') { listen($s, 1024) }
    quiet($s);
    $listeners{fileno $s} = { s => $s, n => $n, protocol => $protocol, answer => $answer, port => $port };
  }
}
sub deaf { my %of = map { $_ => 1 } @_; hang_up(); undef $ears; for (keys %listeners) { delete $listeners{$_} if $of{$listeners{$_}{n}} } for (keys %sctp) { my ($n) = split; next unless $of{$n}; delete $raw{fileno $sctp{$_}{s}}; delete $sctp{$_} } }
# Nothing of the helper's is left in these namespaces, which go.
sub leave {
  my %of = map { $_ => 1 } @_; enter(0); %kept = (); deaf(@_);
  for (keys %raw) { delete $raw{$_} if $of{$raw{$_}{n}} }
  for my $held (\%net, \%packet, \%flush, \%routes, \%nftables, \%counted) { delete @$held{@_} }
  for (keys %half) { my ($n) = split; delete $half{$_} if $of{$n} }
}
# Raw sockets see the echo requests that a kernel takes for itself, after all translation.
sub watch_echo {
  my ($n) = @_; enter($n); undef $ears;
  for my $family (AF_INET, AF_INET6) {
    next unless socket(my $s, $family, SOCK_RAW, $family == AF_INET ? 1 : 58);
    if ($family == AF_INET6) { setsockopt($s, 41, 49, 1); setsockopt($s, 58, 1, pack('L8', (0xffffffff) x 4, 0xfffffffe, (0xffffffff) x 3)) }
    else { setsockopt($s, 255, 1, pack('L', ~(1 << 8) & 0xffffffff)) }
    quiet($s); $raw{fileno $s} = { s => $s, n => $n, six => $family == AF_INET6 };
  }
}`
