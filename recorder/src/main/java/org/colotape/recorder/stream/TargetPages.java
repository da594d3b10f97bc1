package org.colotape.recorder.stream;

import java.util.Set;
import org.colotape.schema.wire.StreamFormat;

/**
 * Page sizes of targets whose streams do not state one. A machine that chooses more than the least
 * page size of its target states it in the configuration (QEMU migration/target.c and savevm.c,
 * vmstate_target_page_bits); the others have theirs by nature (target/.../cpu-param.h,
 * TARGET_PAGE_BITS), which only the machine type tells. That is 4 KiB but for the machines here.
 */
final class TargetPages {
  private static final int KIB = 1 << 10;

  /** Alpha, 64-bit SPARC, OpenRISC and CRIS. */
  private static final Set<String> OF_8_KIB =
      Set.of("clipper", "sun4u", "sun4v", "niagara", "or1k-sim", "axis-dev88");

  /** TriCore. */
  private static final Set<String> OF_16_KIB = Set.of("tricore_testboard", "KIT_AURIX_TC277_TRB");

  /** Arm boards: all but virt and sbsa-ref, which choose 4 KiB and so state it. */
  private static final Set<String> OF_1_KIB =
      Set.of(
          """
          akita ast1030-evb ast2500-evb ast2600-evb ast2700a0-evb ast2700a1-evb b-l475e-iot01a
          bletchley-bmc borzoi bpim2u canon-a1100 cheetah collie connex cubieboard emcraft-sf2
          fby35 fby35-bmc fp5280g2-bmc fuji-bmc g220a-bmc highbank imx25-pdk imx8mp-evk
          integratorcp kudo-bmc kzm lm3s6965evb lm3s811evb mainstone mcimx6ul-evk
          mcimx7d-sabre microbit midway mori-bmc mps2-an385 mps2-an386 mps2-an500 mps2-an505
          mps2-an511 mps2-an521 mps3-an524 mps3-an536 mps3-an547 musca-a musca-b1 musicpal
          n800 n810 netduino2 netduinoplus2 npcm750-evb npcm845-evb nuri olimex-stm32-h405
          orangepi-pc palmetto-bmc qcom-dc-scm-v1-bmc qcom-firework-bmc quanta-gbs-bmc
          quanta-gsj quanta-q71l-bmc rainier-bmc raspi0 raspi1ap raspi2b raspi3ap raspi3b
          raspi4b realview-eb realview-eb-mpcore realview-pb-a8 realview-pbx-a9 romulus-bmc
          sabrelite smdkc210 sonorapass-bmc spitz stm32vldiscovery supermicrox11-bmc sx1
          sx1-v1 tacoma-bmc terrier tiogapass-bmc tosa verdex versatileab versatilepb
          vexpress-a15 vexpress-a9 witherspoon-bmc xilinx-zynq-a9 xlnx-versal-virt xlnx-zcu102
          yosemitev2-bmc z2\
          """
              .split("\\s+"));

  private TargetPages() {}

  /** Page size in bytes of a machine that states none. */
  static int ofMachine(String machine) {
    if (OF_1_KIB.contains(machine)) {
      return KIB;
    } else if (OF_8_KIB.contains(machine)) {
      return 8 * KIB;
    }
    return OF_16_KIB.contains(machine) ? 16 * KIB : StreamFormat.DEFAULT_PAGE_SIZE;
  }
}
