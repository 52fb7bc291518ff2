// Part of the helper process (../agent-perl.ts), in Perl. Tools in namespaces, sysctls, and waiting for a carrier.

export const COMMANDS = String.raw`# --- commands in namespaces ---
sub start_job {
  my ($n, $argv, $stdin) = @_;
  open(my $i, '+>', undef) or die "temporary file: $!\n"; open(my $o, '+>', undef); open(my $e, '+>', undef);
  print $i $stdin; { my $old = select($i); $| = 1; select($old); } sysseek($i, 0, 0);
  my $pid = fork();
  if ($pid == 0) {
    enter($n);
    open(STDIN, '<&', $i); open(STDOUT, '>&', $o); open(STDERR, '>&', $e);
    exec { $argv->[0] } @$argv or do { print STDERR "$argv->[0]: $!\n"; POSIX::_exit(127) };
  }
  return { pid => $pid, o => $o, e => $e };
}
sub slurp { my ($f) = @_; sysseek($f, 0, 0); my $all = ''; while (sysread($f, my $part, 65536)) { $all .= $part } return $all; }
my %TOOLS = map { $_ => 1 } qw(ip bridge iptables-restore ip6tables-restore iptables-legacy-restore ip6tables-legacy-restore iptables-save ip6tables-save iptables-legacy-save ip6tables-legacy-save nft ipset conntrack);
sub jobs {
  my ($count, $at_once) = @_;
  my (@running, @done);
  my @asked = map { my $line = <$in>; chomp $line; $line } 1 .. $count;
  for my $k (0 .. $count - 1) {
    my ($n, $argv, $stdin) = split /\t/, $asked[$k], 3;
    my @argv = map { plain($_) } split / /, plain($argv);
    die "'$argv[0]' is no tool of hopspec's\n" unless $TOOLS{$argv[0]};
    if ($argv[0] eq 'ip') { for (join(' ', @argv), split /\n/, plain(defined $stdin ? $stdin : '')) { while (/\bnetns\b\s*(\S*)/g) { die "'$1' is no namespace of this run\n" unless $1 =~ /^\Q$prefix\E-\d+$/ } } }
    if (@running >= $at_once) { finish(shift @running, \@done) }
    push @running, [$k, start_job($n, \@argv, plain(defined $stdin ? $stdin : ''))];
  }
  finish($_, \@done) for @running;
  say_('job', @{$done[$_]}) for 0 .. $count - 1;
}
sub finish { my ($r, $done) = @_; waitpid($r->[1]{pid}, 0); $done->[$r->[0]] = [$? >> 8, slurp($r->[1]{o}), slurp($r->[1]{e})]; }
sub sysctls {
  my ($n, @settings) = @_;
  enter($n);
  for (@settings) {
    my ($maybe, $path, $value) = /^(\??)([^=]+)=(.*)$/s or next;
    if (open(my $f, '>', "/proc/sys/$path")) { syswrite($f, $value) or say_('error', $path, "$!"); close $f }
    elsif (!$maybe) { say_('error', $path, "$!") }
  }
}

# Waits until devices have a carrier and may send (IFF_RUNNING).
sub running {
  my ($seconds, @devices) = @_;
  my $end = now() + $seconds;
  for (@devices) {
    my ($n, $name) = split /\//, $_, 2; enter($n);
    socket(my $s, AF_INET, SOCK_DGRAM, 0) or die "socket: $!\n";
    while (1) {
      my $request = pack('a16 x24', $name);
      ioctl($s, 0x8913, $request) or do { say_('error', $name, "$!"); last };
      last if unpack('x16 S', $request) & 0x40;
      if (now() > $end) { say_('error', $name, 'no carrier'); last }
      select(undef, undef, undef, 0.0005);
    }
  }
}
`
