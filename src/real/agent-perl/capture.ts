// Part of the helper process (../agent-perl.ts), in Perl. Every packet of every device of a namespace.

export const CAPTURE = `sub capture_in {
  my ($n) = @_; return if $packet{$n}; enter($n);
  socket(my $s, 17, SOCK_DGRAM, unpack('S', pack('n', 3))) or return say_('error', 'capture', errno());
  my $stamp = fresh(16); ioctl($s, 0x8907, $stamp); # from now on packets keep their time
  setsockopt($s, SOL_SOCKET, 8, 4 << 20); quiet($s); $packet{$n} = $s;
}
sub drain {
  my ($tell) = @_;
  for my $n (sort { $a <=> $b } keys %packet) {
    my $s = $packet{$n};
    while (defined(my $from = recv($s, my $frame, 400, 0))) {
      $touched{$n} = 1; next unless $tell;
      my (undef, $proto, $index, undef, $type) = unpack('S n l S C', $from);
      next unless $proto == 0x0800 || $proto == 0x86dd;
      my $stamp = fresh(16); ioctl($s, 0x8907, $stamp); my ($sec, $ns) = unpack('q q', $stamp);
      say_('packet', sprintf('%d%09d', $sec, $ns), $n, $index, $type == 4 ? 'tx' : 'rx', unpack('H*', $frame));
    }
  }
}
`
