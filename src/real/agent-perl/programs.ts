// Part of the helper process (../agent-perl.ts), in Perl. Programs of a pod's, with files of its own.

export const PROGRAMS = String.raw`# --- programs of a pod's: in its namespace, with files of its own in the place of the machine's, while name servers answer ---
my %PROGRAMS = map { $_ => 1 } qw(dig getent busybox);
sub program {
  my ($n, $seconds, $argv, @files) = @_;
  my @argv = map { plain($_) } split / /, plain($argv); my $ours = $$;
  die "'$argv[0]' is no program of hopspec's\n" unless $PROGRAMS{$argv[0]};
  open(my $o, '+>', undef) or die "temporary file: $!\n"; open(my $e, '+>', undef); open(my $nothing, '<', '/dev/null');
  turn(undef, 0, 0) for 1, 2; @received = (); $asking = 1; $held = 0;
  my $pid = fork();
  if ($pid == 0) {
    open(STDIN, '<&', $nothing); open(STDOUT, '>&', $o); open(STDERR, '>&', $e);
    my $could = eval {
      enter($n); syscall($PRCTL, 1, 9, 0, 0, 0); die "alone\n" if getppid() != $ours; # it dies with the helper
      syscall($UNSHARE, 0x20000) == 0 or die "no mounts of its own: $!\n";
      my ($none, $root) = ('none', '/'); syscall($MOUNT, $none, $root, 0, 0x44000, 0) == 0 or die "no mounts of its own: $!\n";
      for (@files) { my ($at, $from) = map { plain($_) } split /=/; syscall($MOUNT, $from, $at, 0, 0x1000, 0) == 0 or die "$at: $!\n" }
      exec { $argv[0] } @argv or die "$argv[0]: $!\n";
    };
    print STDERR $@; POSIX::_exit(126);
  }
  my ($end, $code) = (now() + $seconds, undef);
  while (waitpid($pid, 1) == 0) { if (now() > $end + $held) { kill 'KILL', $pid; waitpid($pid, 0); last } turn(undef, 0, 0.01) }
  $code = $?; $asking = 0; hang_up();
  say_('program', $code >> 8 || ($code & 127 ? 128 + ($code & 127) : 0), slurp($o), slurp($e));
  say_('received', @$_) for @received;
}
`
